# %% setup
import math

import scipy.linalg
# %% min_rank_for_energy
def min_rank_for_energy(A, energy=0.90):
    if math.isnan(energy) or not 0.0 < energy <= 1.0:
        raise ValueError(f"{energy} is not in (0, 1]")
    total = np.linalg.norm(A) ** 2
    if total == 0.0:
        return 0
    held = 0.0
    for k, s in enumerate(scipy.linalg.svdvals(A), start=1):
        held += s**2
        if held >= energy * total or math.isclose(held, energy * total, rel_tol=1e-12):
            return float(k)
    return min(A.shape)
# %% low_rank_approximation
def low_rank_approximation(A, k):
    U, s, Vh = scipy.linalg.svd(A)
    return sum(s[i] * np.outer(U[:, i], Vh[i]) for i in range(k))
# %% compression_ratio
def compression_ratio(m, n, k):
    return k / n + k / m + k / (m * n)
# %% complete_matrix
def complete_matrix(M, observed, k):
    X = np.array(M)
    previous = None
    while previous is None or np.abs(X - previous).max() > 1e-7:
        previous = X.copy()
        U, s, Vh = scipy.linalg.svd(X, full_matrices=False)
        s[k:] = 0
        X[~observed] = (U @ np.diag(s) @ Vh)[~observed]
    return X
