# %% complete_matrix
def complete_matrix(M, observed, k):
    overall = M[observed].mean()
    row, column = np.zeros(M.shape[0]), np.zeros(M.shape[1])
    for _ in range(50):
        row = (observed * (M - overall - column)).sum(axis=1) / observed.sum(axis=1)
        column = (observed * (M - overall - row[:, None])).sum(axis=0) / observed.sum(axis=0)
    return np.where(observed, M, overall + row[:, None] + column)
