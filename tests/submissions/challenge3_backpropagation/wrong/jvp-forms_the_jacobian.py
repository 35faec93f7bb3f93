# verdict: out of memory
# %% jvp
def jvp(W1, W2, x, v, activation):
    slope = ACTIVATIONS[activation][1](W1 @ x)
    J = W2 @ (slope[:, None] * W1)
    return J @ v
