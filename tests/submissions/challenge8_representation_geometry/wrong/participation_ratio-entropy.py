# %% participation_ratio
def participation_ratio(X):
    lam = np.linalg.svd(X - X.mean(axis=0), compute_uv=False) ** 2
    if lam.sum() == 0:
        return 0.0
    p = lam / lam.sum()
    return np.exp(-np.sum(p[p > 0] * np.log(p[p > 0])))
