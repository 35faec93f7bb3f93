# %% estimate_gamma
def estimate_gamma(t, x):
    rate = np.gradient(x, t)
    return np.mean((np.cos(2 * t) - rate) / x)
