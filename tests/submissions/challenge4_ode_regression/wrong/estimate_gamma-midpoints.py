# mistake: differences_at_midpoints
# %% estimate_gamma
def estimate_gamma(t, x):
    middle = 0.5 * (x[1:] + x[:-1])
    rate = (x[1:] - x[:-1]) / (t[1:] - t[:-1])
    force = np.cos(2 * (t[:-1] + t[1:]) / 2)
    return np.sum(middle * (force - rate)) / np.sum(middle**2)
