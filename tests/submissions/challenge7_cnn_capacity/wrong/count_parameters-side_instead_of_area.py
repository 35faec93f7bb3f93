# mistake: kernel_not_squared
# %% count_parameters
def count_parameters(filters, kernel_size):
    n, inputs = 0, 1
    for f in filters:
        n += f * (inputs * kernel_size + 1)
        inputs = f
    return n + 128 * (49 * inputs + 1) + 10 * 129
