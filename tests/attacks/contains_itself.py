# claim: a list and a dict that contain themselves are refused
# %% halve
def halve(x):
    nested = {}
    nested["self"] = [nested, [nested]]
    return nested

# %% dozen
dozen = []
dozen.append(dozen)
