# mistake: patches_do_not_overlap
# %% receptive_field
def receptive_field(kernel_size):
    side = 2
    side *= kernel_size
    side *= 2
    return side
