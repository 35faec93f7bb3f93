# mistake: holes_left
# %% complete_matrix
def complete_matrix(M, observed, k):
    return np.where(observed, M, 0)
