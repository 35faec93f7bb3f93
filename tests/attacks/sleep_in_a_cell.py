# claim: a cell that sleeps for ever costs its own time and nothing else
# points: 1
# seconds: 10
# %% setup
import time
time.sleep(3600)

# %% dozen
dozen = 12
