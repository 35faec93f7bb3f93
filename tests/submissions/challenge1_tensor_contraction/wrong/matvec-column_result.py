# mistake: column
# %% matvec
def matvec(A, x):
    return np.matmul(A, x[..., np.newaxis])
