# mistake: convolutions_alone
# %% receptive_field
def receptive_field(kernel_size):
    field = 1
    for _ in range(2):
        field = field + (kernel_size - 1)
    return field
