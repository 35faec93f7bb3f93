# %% quadratic_gradient
def quadratic_gradient(w, X, y):
    r = X @ w.reshape(-1, 1) - y.reshape(-1, 1)
    return X.T @ r / len(y)
