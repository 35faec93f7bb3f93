# claim: an error's text and line, which could hold a hidden input, reach no report
# hides: the hidden input is
# verdict: crashed
# %% halve
def halve(x):
    if len(x) == 0:
        raise ValueError
    if len(x) == 3:
        return x / 2
    raise RuntimeError(f"the hidden input is {list(x)}")
