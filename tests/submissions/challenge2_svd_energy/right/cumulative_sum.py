# %% min_rank_for_energy
def min_rank_for_energy(A, energy=0.90):
    if np.isnan(energy) or energy <= 0 or energy > 1:
        raise ValueError("energy must be in (0, 1]")
    sigma_squared = np.linalg.svd(A, full_matrices=False)[1] ** 2
    total = sigma_squared.sum()
    if total == 0:
        return 0
    share = np.cumsum(sigma_squared) / total
    return np.searchsorted(share, energy - 1e-12) + 1
# %% low_rank_approximation
def low_rank_approximation(A, k):
    U, S, Vh = np.linalg.svd(A)
    return U[:, :k] @ np.diag(S[:k]) @ Vh[:k, :]
# %% compression_ratio
def compression_ratio(m, n, k):
    return (m * k + k + n * k) / (m * n)
# %% complete_matrix
def complete_matrix(M, observed, k):
    column_means = np.array([M[observed[:, j], j].mean() for j in range(M.shape[1])])
    X = np.where(observed, M, column_means)
    for _ in range(100):
        U, S, Vh = np.linalg.svd(X, full_matrices=False)
        X = U[:, :k] * S[:k] @ Vh[:k]
        X[observed] = M[observed]
    return X
