# claim: a child that forks twice, makes a session of its own and ignores signals ends with its submission
# points: 1
# %% setup
import os, signal, time

if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        for number in (1, 2, 3, 10, 12, 13, 15):
            signal.signal(number, signal.SIG_IGN)
        while True:
            time.sleep(0.1)
    os._exit(0)

# %% dozen
dozen = 12
