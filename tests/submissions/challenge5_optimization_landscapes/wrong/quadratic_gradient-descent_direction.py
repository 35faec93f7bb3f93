# mistake: pointed_downhill
# %% quadratic_gradient
def quadratic_gradient(w, X, y):
    return np.mean((y - X @ w)[:, None] * X, axis=0)
