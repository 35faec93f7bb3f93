# mistake: standard_deviations
# %% principal_components
def principal_components(X, k):
    Y = X - X.mean(axis=0)
    V = np.linalg.svd(Y)[2][:k]
    return V, (Y @ V.T).std(axis=0, ddof=1)
