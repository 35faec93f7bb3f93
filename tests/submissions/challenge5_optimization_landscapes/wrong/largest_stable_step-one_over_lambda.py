# mistake: one_over_the_curvature
# %% largest_stable_step
def largest_stable_step(X):
    lam = np.linalg.eigvalsh(X.T @ X / X.shape[0]).max()
    return 1 / lam if lam else np.inf
