# mistake: singular_values_forgotten
# %% compression_ratio
def compression_ratio(m, n, k):
    return (m * k + k * n) / (m * n)
