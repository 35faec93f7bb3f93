# %% low_rank_approximation
def low_rank_approximation(A, k):
    # a projection onto the span of the first k columns has rank k, but is not the best
    Q, _ = np.linalg.qr(A[:, :k])
    return Q @ (Q.T @ A)
