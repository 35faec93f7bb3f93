# mistake: matmul_with_B
# %% contract
def contract(A, B):
    return np.array([A.dot(layer) for layer in B])
