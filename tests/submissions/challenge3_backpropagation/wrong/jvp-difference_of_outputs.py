# %% jvp
def jvp(W1, W2, x, v, activation):
    f = lambda p: W2 @ ACTIVATIONS[activation][0](W1 @ p)
    return f(x + v) - f(x)
