# %% complete_matrix
def complete_matrix(M, observed, k):
    for _ in range(100):
        U, s, Vt = np.linalg.svd(M, full_matrices=False)
        M[~observed] = ((U[:, :k] * s[:k]) @ Vt[:k])[~observed]
    return M
