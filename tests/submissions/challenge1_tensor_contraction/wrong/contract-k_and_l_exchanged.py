# mistake: exchanged_k_and_l
# %% contract
def contract(A, B):
    return np.stack([np.tensordot(row, B, axes=1).T for row in A])
