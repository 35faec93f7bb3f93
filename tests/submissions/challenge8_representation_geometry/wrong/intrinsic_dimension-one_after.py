# mistake: one_too_many
# %% intrinsic_dimension
def intrinsic_dimension(X, energy=0.90):
    Y = X - X.mean(axis=0)
    lam = np.linalg.svd(Y, compute_uv=False) ** 2
    if lam.sum() == 0:
        return 1
    d = 0
    while lam[:d].sum() < energy * lam.sum():
        d += 1
    return d + 1
