# claim: an error's type whose name spells out a hidden input reaches no report
# hides: AndSecret
# verdict: crashed
# %% halve
def halve(x):
    if len(x) == 0:
        raise ValueError
    if len(x) == 3:
        return x / 2
    raise type(f"Input{len(x)}AndSecret", (Exception,), {})
