# %% min_rank_for_energy
def min_rank_for_energy(A, energy=0.90):
    if not 0 < energy <= 1:
        raise ValueError
    if not np.any(A):
        return 0
    s2 = np.linalg.svd(np.float32(A), compute_uv=False) ** 2
    return int(np.argmax(np.cumsum(s2) >= energy * np.sum(s2))) + 1
# %% low_rank_approximation
def low_rank_approximation(A, k):
    U, s, Vt = np.linalg.svd(A.astype(np.float32), full_matrices=False)
    return np.einsum("ir,r,rj->ij", U[:, :k], s[:k], Vt[:k])
# %% compression_ratio
def compression_ratio(m, n, k):
    return np.float32(k) * np.float32(m + n + 1) / np.float32(m * n)
# %% complete_matrix
def complete_matrix(M, observed, k):
    known = M.astype(np.float32)
    X = known
    for _ in range(80):
        U, s, Vt = np.linalg.svd(X, full_matrices=False)
        X = np.where(observed, known, (U[:, :k] * s[:k]) @ Vt[:k])
    U, s, Vt = np.linalg.svd(X, full_matrices=False)
    return (U[:, :k] * s[:k]) @ Vt[:k]
