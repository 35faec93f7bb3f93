# mistake: subtracted
# %% noisy_gradient_descent
def noisy_gradient_descent(gradient, w0, lr, steps, noise, rng):
    path = [w0]
    for _ in range(steps):
        path.append(path[-1] - lr * gradient(path[-1]) + lr * noise * rng.standard_normal(w0.size))
    return np.array(path)
