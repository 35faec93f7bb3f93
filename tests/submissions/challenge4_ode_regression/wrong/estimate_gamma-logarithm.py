# %% estimate_gamma
def estimate_gamma(t, x):
    good = x > 0.05
    slope, _ = np.polyfit(t[good], np.log(x[good]), 1)
    return -slope
