# mistake: forgot_the_slope_of_tanh
# %% network_gradient
def network_gradient(theta, x, y):
    H = (theta.size - 1) // 3
    W1, b1, W2, b2 = theta[:H], theta[H : 2 * H], theta[2 * H : -1], theta[-1]
    a = np.tanh(x[:, None] * W1 + b1)
    error = a @ W2 + b2 - y

    back = np.outer(error, W2)
    n = len(x)
    return np.concatenate([back.T @ x / n, back.mean(axis=0), a.T @ error / n, [np.mean(error)]])
