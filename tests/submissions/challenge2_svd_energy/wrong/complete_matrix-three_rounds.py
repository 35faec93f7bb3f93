# mistake: stopped_too_early
# %% complete_matrix
def complete_matrix(M, observed, k):
    X = M.copy()
    for _ in range(3):
        U, s, Vt = np.linalg.svd(X, full_matrices=False)
        X = np.where(observed, M, (U[:, :k] * s[:k]) @ Vt[:k])
    return X
