# %% vjp
def vjp(W1, W2, x, u, activation):
    slope = ACTIVATIONS[activation][1](W1 @ x)
    return W1.T @ (slope[:, None] * (W2.T @ u[:, None]))
