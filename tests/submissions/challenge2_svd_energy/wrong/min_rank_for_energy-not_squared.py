# mistake: not_squared
# %% min_rank_for_energy
def min_rank_for_energy(A, energy=0.90):
    if not (0 < energy <= 1):
        raise ValueError("energy")
    s = np.linalg.svd(A)[1]
    if s.sum() == 0:
        return 0
    k = 0
    while s[:k].sum() < energy * s.sum() - 1e-12 * s.sum():
        k += 1
    return k
