# %% low_rank_approximation
def low_rank_approximation(A, k):
    U, S, Vh = np.linalg.svd(A, full_matrices=False)
    total = np.zeros(A.shape)
    for i in range(1, k):
        total += S[i - 1] * np.outer(U[:, i - 1], Vh[i - 1])
    return total
