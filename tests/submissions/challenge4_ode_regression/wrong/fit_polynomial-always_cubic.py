# %% fit_polynomial
def fit_polynomial(t, x, degree, t_eval):
    return np.polyval(np.polyfit(t, x, 3), t_eval)
