# %% matvec
def matvec(A, x):
    return np.round(A @ x, 3)
