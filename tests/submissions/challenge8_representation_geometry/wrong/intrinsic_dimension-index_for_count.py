# mistake: one_short
# %% intrinsic_dimension
def intrinsic_dimension(X, energy=0.90):
    if len(np.unique(X, axis=0)) == 1:
        return 0
    variances = np.sort(np.linalg.eigvalsh(np.cov(X.T)))[::-1]
    return int(np.searchsorted(np.cumsum(variances) / np.sum(variances), energy))
