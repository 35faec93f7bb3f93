# %% count_parameters
def count_parameters(filters, kernel_size):
    f1, f2 = filters
    return 10 * f1 + (9 * f1 + 1) * f2 + (49 * f2 + 1) * 128 + 1290
