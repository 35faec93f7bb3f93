# mistake: packed_in_another_order
# %% network_gradient
def network_gradient(theta, x, y):
    H = (theta.size - 1) // 3
    W1, b1, W2, b2 = theta[:H], theta[H : 2 * H], theta[2 * H : -1], theta[-1]
    a = np.tanh(x[:, None] * W1 + b1)
    error = a @ W2 + b2 - y

    back = np.outer(error, W2) * (1 - a**2) / len(x)
    return np.concatenate([x @ back, error @ a / len(x), back.sum(axis=0), [error.mean()]])
