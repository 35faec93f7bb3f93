# mistake: share_saved
# %% compression_ratio
def compression_ratio(m, n, k):
    before, after = m * n, k * (m + n + 1)
    return (before - after) / before
