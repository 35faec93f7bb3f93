# %% complete_matrix
def complete_matrix(M, observed, k):
    X = M.copy()
    for _ in range(100):
        U, s, Vt = np.linalg.svd(X, full_matrices=False)
        X = np.where(observed, M, s[0] * np.outer(U[:, 0], Vt[0]))
    return X
