# mistake: filled_with_means
# %% complete_matrix
def complete_matrix(M, observed, k):
    X = np.where(observed, M, np.nan)
    means = np.nanmean(X, axis=0)
    return np.where(np.isnan(X), means, X)
