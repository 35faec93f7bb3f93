# mistake: no_biases
# %% count_parameters
def count_parameters(filters, kernel_size):
    shapes = [(filters[0], 1, kernel_size, kernel_size), (*filters[::-1], kernel_size, kernel_size),
              (128, 49 * filters[1]), (10, 128)]
    return int(sum(np.prod(s) for s in shapes))
