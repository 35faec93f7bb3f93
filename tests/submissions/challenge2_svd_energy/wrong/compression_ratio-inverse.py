# mistake: upside_down
# %% compression_ratio
def compression_ratio(m, n, k):
    return (m / k) * (n / (m + n + 1))
