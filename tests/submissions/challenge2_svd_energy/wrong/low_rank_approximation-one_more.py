# mistake: one_component_more
# %% low_rank_approximation
def low_rank_approximation(A, k):
    U, S, Vh = np.linalg.svd(A, full_matrices=False)
    return U @ np.diag(np.where(np.arange(len(S)) <= k, S, 0)) @ Vh
