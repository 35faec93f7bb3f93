# mistake: no_error_for_a_wrong_energy
# %% min_rank_for_energy
def min_rank_for_energy(A, energy=0.90):
    if energy <= 0 or energy > 1:
        raise ValueError("energy")
    s2 = np.linalg.svd(A, compute_uv=False) ** 2
    if s2.sum() == 0:
        return 0
    return int(np.sum(np.cumsum(s2) < energy * s2.sum() * (1 - 1e-12))) + 1
