# %% noisy_gradient_descent
def noisy_gradient_descent(gradient, w0, lr, steps, noise, rng):
    path = [w0]
    for _ in range(steps):
        w = path[-1]
        path.append(w - lr * gradient(w) - np.sqrt(2 * lr) * noise * rng.standard_normal(w.size))
    return np.array(path)
