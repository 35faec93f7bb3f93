# %% min_rank_for_energy
def min_rank_for_energy(A, energy=0.90):
    if not 0 < energy <= 1:
        raise ValueError("energy")
    s2 = np.linalg.svd(A, compute_uv=False) ** 2
    if s2.sum() == 0:
        return [0]
    return np.argwhere(np.cumsum(s2) >= energy * s2.sum() * (1 - 1e-12))[0] + 1
