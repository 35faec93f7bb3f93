# mistake: variances_of_the_features
# %% participation_ratio
def participation_ratio(X):
    v = [np.var(column) for column in X.T]
    if sum(v) == 0:
        return 0
    return sum(v) ** 2 / sum(x * x for x in v)
