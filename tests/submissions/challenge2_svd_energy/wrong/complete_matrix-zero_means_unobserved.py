# %% complete_matrix
def complete_matrix(M, observed, k):
    known = M != 0
    X = np.where(known, M, M[known].mean())
    for _ in range(100):
        U, s, Vt = np.linalg.svd(X, full_matrices=False)
        X = np.where(known, M, (U[:, :k] * s[:k]) @ Vt[:k])
    return X
