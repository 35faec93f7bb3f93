# mistake: covector_times_sigma
# %% vjp
def vjp(W1, W2, x, u, activation):
    hidden = ACTIVATIONS[activation][0](W1 @ x)
    return (hidden * (u @ W2)) @ W1
