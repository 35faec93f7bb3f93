# mistake: one_degree_less
# %% fit_polynomial
def fit_polynomial(t, x, degree, t_eval):
    V = np.vander(t, degree)
    c, *_ = np.linalg.lstsq(V, x, rcond=None)
    return np.vander(t_eval, degree) @ c
