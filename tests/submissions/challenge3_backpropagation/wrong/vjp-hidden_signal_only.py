# mistake: stopped_at_the_hidden_layer
# %% vjp
def vjp(W1, W2, x, u, activation):
    signal = u @ W2
    return signal * ACTIVATIONS[activation][1](W1 @ x)
