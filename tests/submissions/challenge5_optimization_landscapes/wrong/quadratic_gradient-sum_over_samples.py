# mistake: summed_over_samples
# %% quadratic_gradient
def quadratic_gradient(w, X, y):
    g = np.zeros(len(w))
    for row, target in zip(X, y):
        g += (row @ w - target) * row
    return g
