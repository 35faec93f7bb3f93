# mistake: another_rank
# %% complete_matrix
def complete_matrix(M, observed, k):
    X = M.copy()
    for _ in range(200):
        U, s, Vt = np.linalg.svd(X, full_matrices=False)
        A = (U[:, : k + 1] * s[: k + 1]) @ Vt[: k + 1]
        X = np.where(observed, M, A)
    return A
