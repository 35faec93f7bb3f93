# mistake: derivative_at_the_covector
# %% vjp
def vjp(W1, W2, x, u, activation):
    signal = u @ W2
    signal = signal * ACTIVATIONS[activation][1](signal)
    return signal @ W1
