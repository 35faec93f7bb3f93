# mistake: components_in_columns
# %% principal_components
def principal_components(X, k):
    U, s, V = np.linalg.svd(X - X.mean(axis=0), full_matrices=False)
    return V[:k].T, s[:k] ** 2 / (len(X) - 1)
