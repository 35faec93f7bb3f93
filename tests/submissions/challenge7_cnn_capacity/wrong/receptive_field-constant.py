# %% receptive_field
def receptive_field(kernel_size):
    return 10 if kernel_size <= 3 else 16
