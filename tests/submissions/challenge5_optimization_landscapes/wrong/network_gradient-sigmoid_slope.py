# %% network_gradient
def network_gradient(theta, x, y):
    H = (theta.size - 1) // 3
    W1, b1, W2, b2 = theta[:H], theta[H : 2 * H], theta[2 * H : -1], theta[-1]
    a = np.tanh(x[:, None] * W1 + b1)
    error = a @ W2 + b2 - y

    back = np.outer(error, W2) * a * (1 - a) / len(x)
    return np.concatenate([x @ back, back.sum(axis=0), error @ a / len(x), [error.mean()]])
