# claim: kill(-1), and a signal to every process number, hit the submission alone
# points: 1
# %% setup
import os, signal

for pid in [-1, 0, *range(2, 40000)]:
    try:
        os.kill(pid, signal.SIGKILL)
    except OSError:
        pass

# %% dozen
dozen = 12
