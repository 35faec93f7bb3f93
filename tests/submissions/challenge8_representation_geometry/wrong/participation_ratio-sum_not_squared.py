# mistake: numerator_not_squared
# %% participation_ratio
def participation_ratio(X):
    if len(X) < 2 or not np.ptp(X, axis=0).any():
        return 0.0
    lam = np.linalg.eigvalsh(np.cov(X, rowvar=False))
    return np.sum(lam) / np.sum(lam**2)
