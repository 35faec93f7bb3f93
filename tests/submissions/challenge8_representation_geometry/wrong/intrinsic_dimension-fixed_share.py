# mistake: energy_ignored
# %% intrinsic_dimension
def intrinsic_dimension(X, energy=0.90):
    Y = X - X.mean(axis=0)
    lam = np.linalg.svd(Y, compute_uv=False) ** 2
    if not lam.any():
        return 0
    return int((np.cumsum(lam) < 0.9 * lam.sum()).sum() + 1)
