# claim: integers of a million digits are refused
# %% halve
def halve(x):
    return [2**4_000_000] * 4

# %% dozen
dozen = 2**4_000_000
