# mistake: not_squared
# %% intrinsic_dimension
def intrinsic_dimension(X, energy=0.90):
    if len(np.unique(X, axis=0)) == 1:
        return 0
    s = np.linalg.svd(X - X.mean(axis=0), compute_uv=False)
    total = 0
    for d, value in enumerate(s, start=1):
        total += value
        if total >= energy * s.sum():
            return d
