# %% frobenius_squared
def frobenius_squared(A):
    return np.mean(A**2)
