# %% quadratic_gradient
def quadratic_gradient(w, X, y):
    return np.mean((X @ w - y) * X.sum(axis=1))
