# mistake: standardized
# %% principal_components
def principal_components(X, k):
    sd = X.std(axis=0, ddof=1)
    Z = (X - X.mean(axis=0)) / np.where(sd == 0, 1, sd)
    U, s, V = np.linalg.svd(Z, full_matrices=False)
    return V[:k], s[:k] ** 2 / (len(X) - 1)
