# mistake: climbed
# %% gradient_descent
def gradient_descent(gradient, w0, lr, steps):
    path = np.empty((steps + 1, len(w0)))
    path[0] = w0
    for t in range(1, steps + 1):
        path[t] = path[t - 1] + lr * gradient(path[t - 1])
    return path
