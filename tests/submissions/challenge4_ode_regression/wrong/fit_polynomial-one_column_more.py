# mistake: one_degree_more
# %% fit_polynomial
def fit_polynomial(t, x, degree, t_eval):
    powers = range(degree + 2)
    V = np.array([t**q for q in powers]).T
    c = np.linalg.pinv(V) @ x
    return sum(c[q] * t_eval**q for q in powers)
