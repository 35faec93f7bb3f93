# %% gradient_descent
def gradient_descent(gradient, w0, lr, steps):
    velocity = np.zeros_like(w0)
    path = [w0]
    for _ in range(steps):
        velocity = 0.9 * velocity + gradient(path[-1])
        path.append(path[-1] - lr * velocity)
    return np.stack(path)
