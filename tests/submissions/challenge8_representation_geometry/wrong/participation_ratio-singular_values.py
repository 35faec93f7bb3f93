# mistake: ratio_of_singular_values
# %% participation_ratio
def participation_ratio(X):
    s = np.linalg.svd(X - X.mean(0))[1]
    return float(s.sum() ** 2 / (s @ s)) if s.any() else 0.0
