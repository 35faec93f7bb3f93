# %% einsum_strings
einsum_strings = dict(matvec="ab,b", frobenius_squared="ab,ab", contract="ab,bcd")
# %% matvec
def matvec(A, x):
    m, n = np.shape(A)
    y = [0.0] * m
    for i in range(m):
        for j in range(n):
            y[i] += A[i][j] * x[j]
    return y
# %% frobenius_squared
def frobenius_squared(A):
    total = 0.0
    for row in A:
        for entry in row:
            total += entry**2
    return total
# %% contract
def contract(A, B):
    rows, summed = A.shape
    C = np.zeros((rows,) + B.shape[1:])
    for i in range(rows):
        for j in range(summed):
            C[i] += A[i, j] * B[j]
    return C
# %% contraction_shape
def contraction_shape(shape_A, shape_B):
    i, j = shape_A
    jj, k, el = shape_B
    if j == jj:
        return [i, k, el]
    raise ValueError("index j does not match")
# %% contraction_ndim
contraction_ndim = len("ikl")
