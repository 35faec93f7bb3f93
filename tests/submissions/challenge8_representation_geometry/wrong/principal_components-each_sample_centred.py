# mistake: centred_along_the_rows
# %% principal_components
def principal_components(X, k):
    Y = np.array([row - row.mean() for row in X])
    U, s, V = np.linalg.svd(Y, full_matrices=False)
    return V[:k], s[:k] ** 2 / (X.shape[0] - 1)
