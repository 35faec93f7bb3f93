# %% contract
def contract(A, B):
    return A[:, :, None, None] * B
