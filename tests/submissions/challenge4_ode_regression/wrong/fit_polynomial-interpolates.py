# %% fit_polynomial
def fit_polynomial(t, x, degree, t_eval):
    return np.interp(t_eval, t, x)
