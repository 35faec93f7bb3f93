# claim: a loop that ignores every signal is killed, and the cells before it run again
# points: 1
# verdict: timed out
# seconds: 20
# %% dozen
dozen = 12

# %% halve
import signal

for number in range(1, 65):
    try:
        signal.signal(number, signal.SIG_IGN)
    except (OSError, ValueError):
        pass

def halve(x):
    while True:
        pass
