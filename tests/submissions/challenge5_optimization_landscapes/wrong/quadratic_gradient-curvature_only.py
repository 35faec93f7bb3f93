# mistake: forgot_the_targets
# %% quadratic_gradient
def quadratic_gradient(w, X, y):
    hessian = X.T @ X / len(X)
    return hessian @ w
