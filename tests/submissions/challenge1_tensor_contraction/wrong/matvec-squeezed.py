# %% matvec
def matvec(A, x):
    # a matrix of one row gives shape ()
    return np.squeeze(A @ x)
