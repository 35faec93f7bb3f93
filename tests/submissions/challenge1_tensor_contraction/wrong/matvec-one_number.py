# mistake: summed_over_both
# %% matvec
def matvec(A, x):
    return sum(A[i, j] * x[j] for i in range(A.shape[0]) for j in range(A.shape[1]))
