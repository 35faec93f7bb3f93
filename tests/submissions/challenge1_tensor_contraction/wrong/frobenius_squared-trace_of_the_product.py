# mistake: trace_of_AA
# %% frobenius_squared
def frobenius_squared(A):
    return np.einsum("ij,ji", A, A)
