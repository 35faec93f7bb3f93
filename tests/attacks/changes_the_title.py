# claim: a process that renames itself is still found and ended
# points: 1
# %% setup
import ctypes, os, time

ctypes.CDLL(None).prctl(15, b"x) S 1 1 (", 0, 0, 0)
if os.fork() == 0:
    time.sleep(3600)

# %% dozen
dozen = 12
