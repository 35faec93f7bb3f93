# mistake: v_not_transposed
# %% low_rank_approximation
def low_rank_approximation(A, k):
    U, S, V = np.linalg.svd(A)
    B = np.zeros_like(A)
    for i in range(k):
        B += S[i] * U[:, i][:, None] * V[:, i][None, :]
    return B
