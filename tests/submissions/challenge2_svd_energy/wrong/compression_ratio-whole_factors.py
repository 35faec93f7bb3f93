# mistake: factors_not_truncated
# %% compression_ratio
def compression_ratio(m, n, k):
    return (m**2 + n**2 + k) / (m * n)
