# %% contract
def contract(A, B):
    return np.einsum("ij,jkl->ikl", A, B).squeeze()
