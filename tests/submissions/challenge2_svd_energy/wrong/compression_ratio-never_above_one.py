# %% compression_ratio
def compression_ratio(m, n, k):
    return min(1.0, k * (m + n + 1) / (m * n))
