# %% largest_stable_step
def largest_stable_step(X):
    top = np.linalg.norm(X, ord=2)
    return 2 * X.shape[1] / top**2 if top else np.inf
