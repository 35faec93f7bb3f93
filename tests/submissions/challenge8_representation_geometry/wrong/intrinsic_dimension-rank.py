# %% intrinsic_dimension
def intrinsic_dimension(X, energy=0.90):
    return int(np.linalg.matrix_rank(X - X.mean(axis=0)))
