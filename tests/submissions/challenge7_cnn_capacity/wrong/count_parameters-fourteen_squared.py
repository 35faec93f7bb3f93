# mistake: pooled_once
# %% count_parameters
def count_parameters(filters, kernel_size):
    f1, f2 = filters
    conv = f1 * kernel_size**2 + f1 + f2 * f1 * kernel_size**2 + f2
    return conv + 14 * 14 * f2 * 128 + 128 + 128 * 10 + 10
