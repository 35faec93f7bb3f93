# mistake: drawn_once
# %% noisy_gradient_descent
def noisy_gradient_descent(gradient, w0, lr, steps, noise, rng):
    z = rng.standard_normal(w0.shape)
    path = [w0]
    for _ in range(steps):
        path.append(path[-1] - lr * (gradient(path[-1]) + noise * z))
    return np.array(path)
