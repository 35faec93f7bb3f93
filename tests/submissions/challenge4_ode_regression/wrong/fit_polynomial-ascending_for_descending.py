# mistake: coefficients_reversed
# %% setup
from numpy.polynomial import polynomial as P
# %% fit_polynomial
def fit_polynomial(t, x, degree, t_eval):
    c = P.polyfit(t, x, degree)
    return np.polyval(c, t_eval)
