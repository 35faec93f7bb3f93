# %% matvec
def matvec(A, x):
    A *= x
    return A.sum(axis=1)
