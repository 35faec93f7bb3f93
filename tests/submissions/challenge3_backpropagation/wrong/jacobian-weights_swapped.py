# mistake: weights_exchanged
# %% jacobian
def jacobian(W1, W2, x, activation):
    slope = ACTIVATIONS[activation][1](W1 @ x)
    return W1 @ (slope[:, None] * W2)
