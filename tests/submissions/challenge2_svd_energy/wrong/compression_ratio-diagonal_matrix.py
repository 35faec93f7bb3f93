# mistake: a_matrix_of_singular_values
# %% compression_ratio
def compression_ratio(m, n, k):
    U, S, V = np.empty((m, k)), np.empty((k, k)), np.empty((n, k))
    return (U.size + S.size + V.size) / (m * n)
