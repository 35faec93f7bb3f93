# mistake: evaluated_at_the_samples
# %% fit_polynomial
def fit_polynomial(t, x, degree, t_eval):
    p = np.poly1d(np.polyfit(t, x, degree))
    return p(t)
