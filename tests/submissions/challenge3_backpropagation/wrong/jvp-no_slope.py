# mistake: direction_without_derivative
# %% jvp
def jvp(W1, W2, x, v, activation):
    return np.dot(W2, np.dot(W1, v))
