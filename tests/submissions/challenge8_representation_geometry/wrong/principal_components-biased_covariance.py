# mistake: divided_by_n
# %% principal_components
def principal_components(X, k):
    C = np.cov(X, rowvar=False, bias=True).reshape(X.shape[1], X.shape[1])
    values, vectors = np.linalg.eigh(C)
    best = np.argsort(-values)[:k]
    return vectors.T[best], values[best]
