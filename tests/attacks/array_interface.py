# claim: an object that NumPy would ask for its values is asked nothing outside the sandbox
# verdict: wrong
# %% halve
import numpy as np


class Sneaky:
    def __array__(self, dtype=None, copy=None):
        return np.full(4, np.nan)

    def __array_ufunc__(self, *args, **kwargs):
        return True

    def __array_function__(self, *args, **kwargs):
        return True


def halve(x):
    return Sneaky()
