# mistake: step_left_out
# %% estimate_gamma
def estimate_gamma(t, x):
    y = np.cos(2 * t[:-1]) - (x[1:] - x[:-1])
    return np.dot(x[:-1], y) / np.dot(x[:-1], x[:-1])
