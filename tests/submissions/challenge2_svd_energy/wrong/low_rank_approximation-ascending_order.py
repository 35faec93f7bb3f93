# mistake: kept_the_smallest
# %% low_rank_approximation
def low_rank_approximation(A, k):
    U, S, Vh = np.linalg.svd(A, full_matrices=False)
    order = np.argsort(S)[:k]
    return U[:, order] @ np.diag(S[order]) @ Vh[order]
