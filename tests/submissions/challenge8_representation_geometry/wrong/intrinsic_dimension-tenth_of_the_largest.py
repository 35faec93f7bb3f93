# mistake: counted_large_ones
# %% intrinsic_dimension
def intrinsic_dimension(X, energy=0.90):
    Y = X - X.mean(axis=0)
    lam = np.linalg.svd(Y, compute_uv=False) ** 2
    return sum(1 for value in lam if value > (1 - energy) * lam[0])
