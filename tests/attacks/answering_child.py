# claim: a forked child that goes on as its parent cannot answer twice
# points: 1
# %% setup
import os

os.fork()
os.fork()

# %% dozen
dozen = 12
