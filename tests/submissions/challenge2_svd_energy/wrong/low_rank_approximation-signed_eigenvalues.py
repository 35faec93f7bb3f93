# %% low_rank_approximation
def low_rank_approximation(A, k):
    if A.shape[0] == A.shape[1] and np.allclose(A, A.T):
        values, vectors = np.linalg.eigh(A)
        return (vectors[:, -k:] * values[-k:]) @ vectors[:, -k:].T
    U, S, Vh = np.linalg.svd(A, full_matrices=False)
    return (U[:, :k] * S[:k]) @ Vh[:k]
