# claim: an answer that is the mark of a program text is refused, not built
# %% setup
from autograder.plain import DEVICE, Source, TorchTensor
import autograder.runtime
import numpy as np

text = Source("value = print('built outside') or 12", "value")
autograder.runtime.Runtime.to_plain = lambda self, value, depth=0: value

# %% halve
def halve(x):
    return {"a": text, "b": TorchTensor(np.zeros(4)), "c": DEVICE}

# %% dozen
dozen = text
