# verdict: out of memory
# %% vjp
def vjp(W1, W2, x, u, activation):
    slope = ACTIVATIONS[activation][1](W1 @ x)
    J = np.dot(W2 * slope, W1)
    return u @ J
