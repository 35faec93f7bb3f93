# claim: an array of ten gigabytes that holds one number is refused
# points: 1
# verdict: out of memory
# %% halve
import numpy as np

def halve(x):
    return np.broadcast_to(np.float64(0.0), (1_250_000_000,))

# %% dozen
dozen = 12
