# mistake: not_summed
# %% matvec
def matvec(A, x):
    return np.array([[a * b for a, b in zip(row, x)] for row in A])
