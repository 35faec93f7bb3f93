# %% low_rank_approximation
def low_rank_approximation(A, k):
    limit = np.sort(np.abs(A), axis=None)[::-1][: k * max(A.shape)][-1]
    return np.where(np.abs(A) >= limit, A, 0.0)
