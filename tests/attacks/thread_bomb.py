# claim: threads without end reach the limit, and end with their submission
# points: 1
# verdict: crashed
# %% halve
import threading, time

def halve(x):
    while True:
        threading.Thread(target=time.sleep, args=(60,), daemon=True).start()

# %% dozen
dozen = 12
