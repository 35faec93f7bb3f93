# %% min_rank_for_energy
def min_rank_for_energy(A, energy=0.90):
    if not 0 < energy <= 1:
        raise ValueError("energy")
    s = np.linalg.svd(A, compute_uv=False)
    s2 = s[s > 1e-10] ** 2
    if len(s2) == 0:
        return 0
    return int(np.argmax(np.cumsum(s2) >= energy * s2.sum() * (1 - 1e-12))) + 1
