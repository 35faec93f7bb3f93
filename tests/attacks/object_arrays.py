# claim: arrays of objects are taken apart as lists or stay behind
# %% halve
import numpy as np

def halve(x):
    nested = np.empty(1, dtype=object)
    nested[0] = nested
    return nested

# %% dozen
dozen = np.array([12], dtype=[("a", "O")])
