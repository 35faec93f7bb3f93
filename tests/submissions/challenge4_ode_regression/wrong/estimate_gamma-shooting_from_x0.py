# mistake: trajectory_started_at_the_first_sample
# %% setup
from scipy.optimize import curve_fit
# %% estimate_gamma
def estimate_gamma(t, x):
    start = x[0]

    def path(s, g):
        return (g * np.cos(2 * s) + 2 * np.sin(2 * s)) / (g * g + 4) + (start - g / (g * g + 4)) * np.exp(-g * s)

    return float(curve_fit(path, t, x, p0=[1.0])[0][0])
