# claim: a list that is small in memory and endless when written is refused
# seconds: 20
# %% halve
def halve(x):
    nested = [0.0]
    for _ in range(20):
        nested = [nested] * 10
    return nested
