# %% frobenius_squared
def frobenius_squared(A):
    return np.linalg.norm(A, 2) ** 2
