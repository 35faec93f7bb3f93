# mistake: no_constant_term
# %% fit_polynomial
def fit_polynomial(t, x, degree, t_eval):
    V = np.array([[s ** (q + 1) for q in range(degree)] for s in t])
    c = np.linalg.pinv(V) @ x
    return np.array([sum(c[q] * s ** (q + 1) for q in range(degree)) for s in t_eval])
