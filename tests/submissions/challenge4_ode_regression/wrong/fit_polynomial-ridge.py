# %% fit_polynomial
def fit_polynomial(t, x, degree, t_eval):
    V = np.vander(t, degree + 1)
    c = np.linalg.solve(V.T @ V + 0.1 * np.eye(degree + 1), V.T @ x)
    return np.vander(t_eval, degree + 1) @ c
