# mistake: pulled_back
# %% jvp
def jvp(W1, W2, x, v, activation):
    slope = ACTIVATIONS[activation][1](W1 @ x)
    return (v @ W2 * slope) @ W1
