# mistake: share_of_the_norm
# %% min_rank_for_energy
def min_rank_for_energy(A, energy=0.90):
    if energy <= 0 or energy > 1 or energy != energy:
        raise ValueError("energy")
    s = np.linalg.svd(A, compute_uv=False)
    for k in range(len(s) + 1):
        if np.linalg.norm(s[:k]) >= energy * np.linalg.norm(A, "fro") * (1 - 1e-12):
            return k
