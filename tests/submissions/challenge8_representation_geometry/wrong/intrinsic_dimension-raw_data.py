# mistake: mean_left_in
# %% intrinsic_dimension
def intrinsic_dimension(X, energy=0.90):
    s = np.linalg.svd(X)[1]
    share = np.cumsum(s**2) / np.sum(s**2)
    return int((share < energy).sum()) + 1
