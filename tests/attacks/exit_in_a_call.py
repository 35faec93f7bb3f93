# claim: a call that ends the process is a crash, and the other exercise is judged
# points: 1
# %% halve
import os

def halve(x):
    os._exit(0)

# %% dozen
dozen = 12
