# %% principal_components
def principal_components(X, k):
    U, s, V = np.linalg.svd(X - X.mean(axis=0), full_matrices=False)
    variances = s[:k] ** 2 / (len(X) - 1)
    return V[:k] * np.sqrt(variances)[:, None], variances
