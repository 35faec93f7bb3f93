# %% participation_ratio
def participation_ratio(X):
    Y = X - X.mean(axis=0)
    lam = np.linalg.svd(Y, compute_uv=False) ** 2
    return lam.sum() ** 2 / (lam**2).sum()
