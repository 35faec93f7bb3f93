# mistake: forgot_the_mean
# %% largest_stable_step
def largest_stable_step(X):
    top = np.linalg.svd(X, compute_uv=False).max()
    return np.inf if top == 0 else 2 / top**2
