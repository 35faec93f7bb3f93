# %% principal_components
def principal_components(X, k):
    Y = X - X.mean(axis=0)
    C = Y.T @ Y / (len(Y) - 1)
    u = np.ones(C.shape[0]) + np.arange(C.shape[0]) / 10
    for _ in range(2000):
        u = C @ u
        u = u / np.linalg.norm(u)
    variances = np.linalg.eigvalsh(C)[::-1][:k]
    return np.array([u] * k), variances
