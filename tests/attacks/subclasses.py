# claim: dicts, strings, floats and arrays of a student's own class give what they hold, not what they say
# seconds: 20
# %% halve
import numpy as np

class Text(str):
    def __str__(self):
        return self
    def __eq__(self, other):
        return True
    __hash__ = str.__hash__

class Table(dict):
    def items(self):
        while True:
            yield (Text("k"), Text("v"))

class Array(np.ndarray):
    def __array_finalize__(self, other):
        pass
    def __eq__(self, other):
        return True
    @property
    def dtype(self):
        raise RuntimeError

def halve(x):
    if len(x) == 4:
        return np.full(4, 7.0).view(Array)
    return Table(a=Text("b"))

# %% dozen
dozen = Text("12")
