# %% frobenius_squared
def frobenius_squared(A):
    return np.sum(A * A, keepdims=True)
