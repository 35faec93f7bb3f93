# mistake: before_the_second_pooling
# %% receptive_field
def receptive_field(kernel_size):
    after_pool = kernel_size + 1
    return after_pool + 2 * (kernel_size - 1)
