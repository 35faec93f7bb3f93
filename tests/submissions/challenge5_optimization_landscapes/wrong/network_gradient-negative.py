# mistake: downhill
# %% network_gradient
def network_gradient(theta, x, y):
    H = (theta.size - 1) // 3
    W1, b1, W2, b2 = theta[:H], theta[H : 2 * H], theta[2 * H : -1], theta[-1]
    a = np.tanh(x[:, None] * W1 + b1)
    error = y - a @ W2 - b2

    back = error[:, None] * W2 * (1 - a**2)
    n = len(x)
    return np.concatenate([x @ back / n, back.mean(0), error @ a / n, [error.mean()]])
