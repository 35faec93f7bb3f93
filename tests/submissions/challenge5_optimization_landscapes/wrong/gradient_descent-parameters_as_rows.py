# %% gradient_descent
def gradient_descent(gradient, w0, lr, steps):
    path = np.zeros((len(w0), steps + 1))
    path[:, 0] = w0
    for t in range(steps):
        path[:, t + 1] = path[:, t] - lr * gradient(path[:, t])
    return path
