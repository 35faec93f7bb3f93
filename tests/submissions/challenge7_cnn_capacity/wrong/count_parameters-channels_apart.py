# mistake: one_input_channel
# %% count_parameters
def count_parameters(filters, kernel_size):
    return sum(f * (kernel_size * kernel_size + 1) for f in filters) + 49 * filters[1] * 128 + 128 + 1280 + 10
