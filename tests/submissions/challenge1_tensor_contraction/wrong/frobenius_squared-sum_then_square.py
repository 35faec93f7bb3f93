# mistake: square_of_the_sum
# %% frobenius_squared
def frobenius_squared(A):
    ones = np.ones(A.shape[0])
    return float((ones @ A).sum()) ** 2
