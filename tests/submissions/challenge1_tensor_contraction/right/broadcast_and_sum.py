# %% einsum_strings
einsum_strings = {
    "matvec": "pq,q->p",
    "frobenius_squared": "pq,pq->",
    "contract": "zp,pab->zab",
}
# %% matvec
def matvec(A, x):
    return np.sum(A * x, axis=1)
# %% frobenius_squared
def frobenius_squared(A):
    singular_values = np.linalg.svd(A, compute_uv=False)
    return np.array(np.sum(np.square(singular_values)))
# %% contract
def contract(A, B):
    return (A[:, :, None, None] * B[None, :, :, :]).sum(axis=1)
# %% contraction_shape
def contraction_shape(shape_A, shape_B):
    assert len(shape_A) == 2 and len(shape_B) == 3
    if len({shape_A[1], shape_B[0]}) > 1:
        raise ValueError(shape_A, shape_B)
    return tuple(float(n) for n in (shape_A[0], *shape_B[1:]))
# %% contraction_ndim
contraction_ndim = 3.0
