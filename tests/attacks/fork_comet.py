# claim: a process that forks and exits faster than it can be named is ended all the same
# points: 1
# seconds: 25
# %% setup
import os, time

if os.fork() == 0:
    while True:
        if os.fork():
            os._exit(0)
time.sleep(0.5)

# %% dozen
dozen = 12
