# %% intrinsic_dimension
def intrinsic_dimension(X, energy=0.90):
    lam = np.sort(X.var(axis=0))[::-1]
    if lam.sum() == 0:
        return 0
    return int(np.argmax(np.cumsum(lam) >= energy * lam.sum()) + 1)
