# claim: lists nested a hundred thousand deep are refused
# %% halve
def halve(x):
    nested = []
    for _ in range(100_000):
        nested = [nested]
    return nested
