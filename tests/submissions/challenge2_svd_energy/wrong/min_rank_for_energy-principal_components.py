# mistake: centred
# %% min_rank_for_energy
def min_rank_for_energy(A, energy=0.90):
    if not 0 < energy <= 1:
        raise ValueError("energy")
    variances = np.linalg.eigvalsh(np.atleast_2d(np.cov(A, rowvar=False, bias=True)))[::-1]
    total = variances.sum()
    if not total > 1e-30:
        return 0
    return int(np.argmax(np.cumsum(variances) >= energy * total * (1 - 1e-12))) + 1
