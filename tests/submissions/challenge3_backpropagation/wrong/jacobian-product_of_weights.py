# mistake: no_derivative
# %% jacobian
def jacobian(W1, W2, x, activation):
    return np.dot(W2, W1)
