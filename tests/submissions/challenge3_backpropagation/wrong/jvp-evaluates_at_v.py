# mistake: network_at_the_direction
# %% jvp
def jvp(W1, W2, x, v, activation):
    sigma, sigma_prime = ACTIVATIONS[activation]
    hidden = sigma(W1 @ v)
    return W2 @ hidden
