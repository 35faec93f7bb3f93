# mistake: not_squared
# %% largest_stable_step
def largest_stable_step(X):
    s = np.linalg.svd(X)[1]
    return 2 * X.shape[0] / s[0] if s[0] > 0 else float("inf")
