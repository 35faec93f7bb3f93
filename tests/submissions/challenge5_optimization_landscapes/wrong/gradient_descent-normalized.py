# mistake: unit_steps
# %% gradient_descent
def gradient_descent(gradient, w0, lr, steps):
    path = [w0]
    for _ in range(steps):
        g = gradient(path[-1])
        path.append(path[-1] - lr * g / np.sqrt(np.sum(g**2)))
    return np.stack(path)
