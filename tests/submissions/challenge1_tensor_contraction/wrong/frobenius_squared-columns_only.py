# mistake: summed_over_one_axis
# %% frobenius_squared
def frobenius_squared(A):
    return [float(column @ column) for column in A.T]
