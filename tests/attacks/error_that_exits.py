# claim: an error whose text ends the process is a crash of the student's code
# points: 1
# %% halve
import os

class Nasty(Exception):
    def __str__(self):
        os._exit(3)

def halve(x):
    raise Nasty

# %% dozen
dozen = 12
