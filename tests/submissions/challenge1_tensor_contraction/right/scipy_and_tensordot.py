# %% setup
from scipy.linalg import blas
# %% einsum_strings
einsum_strings = {}
einsum_strings["matvec"] = "ij,j->i"
einsum_strings["frobenius_squared"] = "ji,ji->"
einsum_strings["contract"] = "kl,lij->kij"
# %% matvec
def matvec(A, x):
    return blas.dgemv(1.0, A, x)
# %% frobenius_squared
def frobenius_squared(A):
    return np.trace(A.T @ A)
# %% contract
def contract(A, B):
    return np.tensordot(A.astype("float32"), B.astype("float32"), axes=1)
# %% contraction_shape
class ShapeError(ValueError):
    pass


def contraction_shape(shape_A, shape_B):
    if shape_B[0] - shape_A[1]:
        raise ShapeError
    return shape_A[:1] + shape_B[1:]
# %% contraction_ndim
contraction_ndim = np.array(3)
