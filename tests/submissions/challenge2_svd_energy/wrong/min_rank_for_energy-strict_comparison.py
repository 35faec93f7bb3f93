# mistake: decided_by_rounding
# %% min_rank_for_energy
def min_rank_for_energy(A, energy=0.90):
    if not 0 < energy <= 1:
        raise ValueError("energy")
    if np.all(A == 0):
        return 0
    _, s, _ = np.linalg.svd(A)
    share = np.cumsum(s**2) / np.sum(s**2)
    return int(np.searchsorted(share, energy)) + 1
