# %% low_rank_approximation
def low_rank_approximation(A, k):
    values, vectors = np.linalg.eig(A)
    order = np.argsort(-np.abs(values))[:k]
    return ((vectors[:, order] * values[order]) @ vectors[:, order].T).real
