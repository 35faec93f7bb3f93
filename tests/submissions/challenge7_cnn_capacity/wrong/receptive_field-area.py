# %% receptive_field
def receptive_field(kernel_size):
    return (3 * kernel_size + 1) ** 2
