# %% count_parameters
def count_parameters(filters, kernel_size):
    f1, f2 = filters
    return f1 * (kernel_size**2 + 1) + f2 * (f1 * kernel_size**2 + 1) + 128 * (49 * f2 + 1)
