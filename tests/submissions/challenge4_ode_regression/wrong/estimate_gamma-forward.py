# mistake: forward_differences
# %% setup
from scipy.optimize import least_squares
# %% estimate_gamma
def estimate_gamma(t, x):
    rate = np.diff(x) / np.diff(t)
    return least_squares(lambda g: rate + g * x[:-1] - np.cos(2 * t[:-1]), 1.0).x[0]
