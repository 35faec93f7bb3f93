# %% contract
def contract(A, B):
    j, k, length = B.shape
    return (A @ B.reshape(j, -1, order="F")).reshape(len(A), k, length)
