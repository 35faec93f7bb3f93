# mistake: steps_not_doubled
# %% receptive_field
def receptive_field(kernel_size):
    return 1 + sum(window - 1 for window in [kernel_size, 2, kernel_size, 2])
