# mistake: smallest_first
# %% principal_components
def principal_components(X, k):
    Y = X - X.mean(axis=0)
    values, vectors = np.linalg.eigh(Y.T @ Y / (len(Y) - 1))
    return vectors.T[:k], values[:k]
