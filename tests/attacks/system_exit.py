# claim: sys.exit in a cell and in a call is an error like any other
# points: 1
# verdict: crashed
# %% halve
import sys

def halve(x):
    sys.exit(0)

# %% dozen
dozen = 12
sys.exit(0)
