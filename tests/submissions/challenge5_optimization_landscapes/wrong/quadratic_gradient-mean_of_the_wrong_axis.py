# mistake: divided_by_parameters
# %% quadratic_gradient
def quadratic_gradient(w, X, y):
    return np.dot(X.T, X @ w - y) / w.size
