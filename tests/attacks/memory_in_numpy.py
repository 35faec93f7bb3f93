# claim: arrays without end are refused by the memory limit
# verdict: out of memory or timed out
# %% halve
import numpy as np

def halve(x):
    return [np.ones(10_000_000) for _ in range(1000)]
