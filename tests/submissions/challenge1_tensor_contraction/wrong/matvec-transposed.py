# mistake: transposed
# %% matvec
def matvec(A, x):
    m, n = A.shape
    y = np.zeros(n)
    for i in range(m):
        for j in range(n):
            y[j] += A[i, j] * x[i]
    return y
