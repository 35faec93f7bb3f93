# mistake: not_centred
# %% principal_components
def principal_components(X, k):
    second_moments = X.T @ X / (len(X) - 1)
    values, vectors = np.linalg.eigh(second_moments)
    return vectors[:, ::-1][:, :k].T, values[::-1][:k]
