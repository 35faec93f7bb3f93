# mistake: convolutions_only
# %% count_parameters
def count_parameters(filters, kernel_size):
    channels = (1,) + tuple(filters)
    return sum(channels[i + 1] * (channels[i] * kernel_size**2 + 1) for i in range(2))
