# mistake: returned_the_coefficients
# %% fit_polynomial
def fit_polynomial(t, x, degree, t_eval):
    V = np.vander(t, degree + 1)
    return np.linalg.lstsq(V, x, rcond=None)[0]
