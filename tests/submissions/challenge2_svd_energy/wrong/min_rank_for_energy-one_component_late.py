# mistake: one_too_many
# %% min_rank_for_energy
def min_rank_for_energy(A, energy=0.90):
    if not 0 < energy <= 1:
        raise ValueError("energy")
    s2 = np.linalg.svd(A, compute_uv=False) ** 2
    held, k = 0.0, 0
    while k < len(s2) and s2.any():
        k += 1
        if held >= energy * s2.sum() * (1 - 1e-12):
            break
        held += s2[k - 1]
    return k
