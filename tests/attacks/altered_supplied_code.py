# claim: supplied code that was altered is put back
# points: 3
# says: was altered
# %% supplied-scale
def scale(x, factor):
    raise SystemExit("altered")

# %% halve
def halve(x):
    if len(x) == 0:
        raise ValueError
    return scale(x, 0.5)
