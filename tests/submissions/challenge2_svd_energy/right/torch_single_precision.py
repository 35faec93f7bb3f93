# %% setup
import torch
# %% min_rank_for_energy
def min_rank_for_energy(A, energy=0.90):
    if not (energy > 0 and energy <= 1):
        raise ValueError(energy)
    s = torch.linalg.svdvals(torch.tensor(A, dtype=torch.float32))
    held = torch.cumsum(s**2, dim=0)
    if held[-1] == 0:
        return torch.tensor(0)
    return (held / held[-1] < energy).sum() + 1
# %% low_rank_approximation
def low_rank_approximation(A, k):
    U, S, V = torch.svd(torch.tensor(A).float())
    return U[:, :k] @ torch.diag(S[:k]) @ V[:, :k].T
# %% compression_ratio
def compression_ratio(m, n, k):
    return torch.tensor(k * (m + n + 1)) / torch.tensor(m * n)
# %% complete_matrix
def complete_matrix(M, observed, k):
    M, known = torch.tensor(M).float(), torch.tensor(observed)
    filled = torch.where(known, M, M[known].mean())
    for _ in range(150):
        U, S, Vh = torch.linalg.svd(filled, full_matrices=False)
        filled = torch.where(known, M, (U[:, :k] * S[:k]) @ Vh[:k])
    return filled
