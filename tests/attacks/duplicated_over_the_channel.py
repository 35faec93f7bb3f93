# claim: another file in the place of the channel ends the submission and nothing else
# points: 1
# seconds: 20
# %% halve
import os

def halve(x):
    own = os.open("/tmp/own", os.O_RDWR | os.O_CREAT)
    for descriptor in range(3, 64):
        os.dup2(own, descriptor)
    return x

# %% dozen
dozen = 12
