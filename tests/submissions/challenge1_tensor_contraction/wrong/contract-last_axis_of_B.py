# %% contract
def contract(A, B):
    return np.einsum("ij,klj->ikl", A, B)
