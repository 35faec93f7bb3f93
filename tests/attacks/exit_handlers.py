# claim: handlers at exit and finalizers run without the grader's notice
# points: 1
# seconds: 20
# %% setup
import atexit, os, time, weakref

class Late:
    def __del__(self):
        while True:
            time.sleep(1)

late = Late()
atexit.register(time.sleep, 60)
weakref.finalize(late, time.sleep, 60)

# %% halve
def halve(x):
    return Late()

# %% dozen
dozen = 12
