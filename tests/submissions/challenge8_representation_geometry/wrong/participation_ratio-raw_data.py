# mistake: ratio_without_centring
# %% participation_ratio
def participation_ratio(X):
    M = X.T @ X
    return np.trace(M) ** 2 / np.sum(M**2) if M.any() else 0.0
