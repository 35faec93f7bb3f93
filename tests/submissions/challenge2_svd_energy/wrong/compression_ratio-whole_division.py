# %% compression_ratio
def compression_ratio(m, n, k):
    return k * (m + n + 1) // (m * n)
