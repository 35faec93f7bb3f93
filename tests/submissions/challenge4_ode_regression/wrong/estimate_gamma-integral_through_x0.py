# mistake: start_taken_from_the_first_sample
# %% setup
from scipy.integrate import cumulative_trapezoid
# %% estimate_gamma
def estimate_gamma(t, x):
    area = cumulative_trapezoid(x, t, initial=0)
    change = x - x[0] - np.sin(2 * t) / 2
    return -np.sum(area * change) / np.sum(area**2)
