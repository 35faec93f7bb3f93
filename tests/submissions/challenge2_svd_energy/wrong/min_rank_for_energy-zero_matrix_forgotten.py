# mistake: zero_matrix_forgotten
# %% min_rank_for_energy
def min_rank_for_energy(A, energy=0.90):
    if not 0 < energy <= 1:
        raise ValueError("energy")
    s2 = np.linalg.svd(A, compute_uv=False) ** 2
    share = np.cumsum(s2) / np.sum(s2)
    return int(np.argmax(share >= energy - 1e-12)) + 1
