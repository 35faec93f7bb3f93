# %% einsum_strings
einsum_strings = {"matvec": "...j,j->...", "frobenius_squared": "xy,xy", "contract": "mn,n...->m..."}
# %% matvec
def matvec(A, x):
    return (A @ x[:, None])[:, 0]
# %% frobenius_squared
def frobenius_squared(A):
    return np.linalg.norm(A, "fro") ** 2
# %% contract
def contract(A, B):
    j, k, length = B.shape
    return (A @ B.reshape(j, k * length)).reshape(-1, k, length)
# %% contraction_shape
def contraction_shape(shape_A, shape_B):
    return np.array(np.tensordot(np.zeros(shape_A), np.zeros(shape_B), axes=(1, 0)).shape)
# %% contraction_ndim
contraction_ndim = np.zeros((2, 3)).ndim + np.zeros((3, 4, 5)).ndim - 2
