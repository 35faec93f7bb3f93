# %% gradient_descent
def gradient_descent(gradient, w0, lr, steps):
    path = [w0]
    for t in range(steps):
        path.append(path[-1] - lr / (1 + t) * gradient(path[-1]))
    return np.stack(path)
