# mistake: observed_not_restored
# %% complete_matrix
def complete_matrix(M, observed, k):
    X = M.copy()
    for _ in range(50):
        U, s, Vt = np.linalg.svd(X, full_matrices=False)
        s[k:] = 0
        X = (U * s) @ Vt
    return X
