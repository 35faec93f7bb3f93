# mistake: second_pooling_by_one
# %% receptive_field
def receptive_field(kernel_size):
    side = kernel_size
    side += 1
    side += 2 * (kernel_size - 1)
    side += 1
    return side
