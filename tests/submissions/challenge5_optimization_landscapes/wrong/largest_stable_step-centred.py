# %% largest_stable_step
def largest_stable_step(X):
    lam = np.linalg.eigvalsh(np.atleast_2d(np.cov(X, rowvar=False, bias=True)))[-1]
    return 2 / lam if lam > 1e-15 else np.inf
