# claim: an error that every call raises earns nothing where none is expected
# verdict: crashed
# %% halve
class ValueError(ValueError, NotADirectoryError):
    pass

def halve(x):
    raise ValueError
