# %% min_rank_for_energy
def min_rank_for_energy(A, energy=0.90):
    if energy > 1 or not energy > 0:
        raise ValueError("a share lies in (0, 1]")
    scale = np.abs(A).max()
    if scale == 0:
        return 0
    shares = (np.linalg.svd(A / scale, compute_uv=False) / np.linalg.norm(A / scale)) ** 2
    return next(k for k in range(1, len(shares) + 1) if round(float(shares[:k].sum()), 12) >= energy)
# %% low_rank_approximation
def low_rank_approximation(A, k):
    # power iteration for one component after the other
    rest, kept = A.copy(), np.zeros_like(A)
    for _ in range(k):
        v = np.random.default_rng(0).standard_normal(A.shape[1])
        for _ in range(4000):
            v = rest.T @ (rest @ v)
            v /= np.linalg.norm(v)
        part = np.outer(rest @ v, v)
        kept, rest = kept + part, rest - part
    return kept
# %% compression_ratio
def compression_ratio(m, n, k):
    full = m * n
    saved = full - k * (1 + m + n)
    return 1 - saved / full
# %% complete_matrix
def complete_matrix(M, observed, k):
    # gradient descent with momentum on a factorization
    U, s, Vt = np.linalg.svd(M / observed.mean(), full_matrices=False)
    left, right = U[:, :k] * np.sqrt(s[:k]), Vt[:k].T * np.sqrt(s[:k])
    step, left_velocity, right_velocity = 0.3 / s[0], 0.0, 0.0
    for _ in range(1500):
        error = observed * (left @ right.T - M)
        left_velocity, right_velocity = 0.9 * left_velocity - step * error @ right, 0.9 * right_velocity - step * error.T @ left
        left, right = left + left_velocity, right + right_velocity
    return left @ right.T
