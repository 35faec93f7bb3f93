# claim: closing every descriptor ends the submission and nothing else
# points: 1
# seconds: 15
# %% halve
import os

def halve(x):
    os.closerange(0, 512)
    return x

# %% dozen
dozen = 12
