# mistake: transposed
# %% jacobian
def jacobian(W1, W2, x, activation):
    _, d = ACTIVATIONS[activation]
    return W1.T @ np.diag(d(W1 @ x)) @ W2.T
