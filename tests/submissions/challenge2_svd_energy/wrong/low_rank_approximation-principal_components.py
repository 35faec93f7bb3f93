# mistake: centred_first
# %% low_rank_approximation
def low_rank_approximation(A, k):
    mean = np.mean(A, axis=0, keepdims=True)
    U, S, Vh = np.linalg.svd(A - mean, full_matrices=False)
    return mean + (A - mean) @ Vh[:k].T @ Vh[:k]
