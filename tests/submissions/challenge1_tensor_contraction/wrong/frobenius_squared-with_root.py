# mistake: took_the_root
# %% frobenius_squared
def frobenius_squared(A):
    return sum(abs(a) ** 2 for a in A.ravel()) ** 0.5
