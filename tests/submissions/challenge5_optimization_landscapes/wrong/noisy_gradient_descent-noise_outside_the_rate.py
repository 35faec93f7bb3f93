# mistake: noise_on_the_point
# %% noisy_gradient_descent
def noisy_gradient_descent(gradient, w0, lr, steps, noise, rng):
    path = [w0]
    for _ in range(steps):
        step = -lr * gradient(path[-1])
        path.append(path[-1] + step + noise * rng.standard_normal(len(w0)))
    return np.array(path)
