# mistake: without_singular_values
# %% low_rank_approximation
def low_rank_approximation(A, k):
    U, S, Vh = np.linalg.svd(A)
    return sum(np.outer(U[:, i], Vh[i, :]) for i in range(k))
