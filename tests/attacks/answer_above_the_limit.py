# claim: an answer larger than is accepted is refused in the student's process
# %% halve
import numpy as np

def halve(x):
    return np.zeros(9_000_000)
