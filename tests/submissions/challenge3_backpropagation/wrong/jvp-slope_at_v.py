# mistake: derivative_at_the_direction
# %% jvp
def jvp(W1, W2, x, v, activation):
    w = np.einsum("kj,j->k", W1, v)
    slope = ACTIVATIONS[activation][1](w)
    return np.einsum("ik,k->i", W2, slope * w)
