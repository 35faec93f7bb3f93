# %% compression_ratio
def compression_ratio(m, n, k):
    return 100 * k * (m + n + 1) / (m * n)
