# mistake: wrong_order_of_axes
# %% contract
def contract(A, B):
    return np.tensordot(B, A, axes=([0], [1]))
