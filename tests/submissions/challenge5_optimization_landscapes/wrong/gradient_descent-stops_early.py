# %% gradient_descent
def gradient_descent(gradient, w0, lr, steps):
    path = [w0]
    for _ in range(steps):
        g = gradient(path[-1])
        if np.linalg.norm(g) < 0.1:
            break
        path.append(path[-1] - lr * g)
    return np.array(path)
