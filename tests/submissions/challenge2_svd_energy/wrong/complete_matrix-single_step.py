# mistake: a_single_step
# %% complete_matrix
def complete_matrix(M, observed, k):
    U, s, Vt = np.linalg.svd(M, full_matrices=False)
    result = M.copy()
    approximation = U[:, :k] @ np.diag(s[:k]) @ Vt[:k]
    result[~observed] = approximation[~observed]
    return result
