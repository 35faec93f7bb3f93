# mistake: direction_times_sigma
# %% jvp
def jvp(W1, W2, x, v, activation):
    s = ACTIVATIONS[activation][0](W1 @ x)
    return (W2 * s) @ (W1 @ v)
