# claim: a process that stops itself is ended
# verdict: timed out
# seconds: 20
# %% halve
import os, signal, time

def halve(x):
    os.kill(os.getpid(), signal.SIGSTOP)
    os.kill(0, signal.SIGSTOP)
    time.sleep(60)
