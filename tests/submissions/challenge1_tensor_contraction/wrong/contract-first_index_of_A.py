# mistake: contracted_the_first_index
# %% contract
def contract(A, B):
    return np.tensordot(A, B, axes=(0, 0))
