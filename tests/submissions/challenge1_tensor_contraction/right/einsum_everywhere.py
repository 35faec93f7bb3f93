# %% einsum_strings
einsum_strings = {
    "matvec": "ij,j->i",
    "frobenius_squared": "ij,ij->",
    "contract": "ij,jkl->ikl",
}
# %% matvec
def matvec(A, x):
    return np.einsum(einsum_strings["matvec"], A, x)
# %% frobenius_squared
def frobenius_squared(A):
    return np.einsum(einsum_strings["frobenius_squared"], A, A)
# %% contract
def contract(A, B):
    return np.einsum("ij,jkl->ikl", A, B)
# %% contraction_shape
def contraction_shape(shape_A, shape_B):
    if shape_A[1] != shape_B[0]:
        raise ValueError(f"cannot contract {shape_A} with {shape_B}")
    return (shape_A[0],) + tuple(shape_B[1:])
# %% contraction_ndim
contraction_ndim = 3
