# mistake: forgot_the_half
# %% quadratic_gradient
def quadratic_gradient(w, X, y):
    residual = X @ w - y
    return (2 / X.shape[0]) * (residual @ X)
