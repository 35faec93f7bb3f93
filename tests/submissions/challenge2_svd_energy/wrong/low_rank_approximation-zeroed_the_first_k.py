# mistake: the_rest
# %% low_rank_approximation
def low_rank_approximation(A, k):
    U, S, Vh = np.linalg.svd(A, full_matrices=False)
    S[:k] = 0
    return U @ np.diag(S) @ Vh
