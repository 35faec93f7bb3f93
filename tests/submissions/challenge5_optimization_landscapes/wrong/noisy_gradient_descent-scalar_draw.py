# mistake: one_number_a_step
# %% noisy_gradient_descent
def noisy_gradient_descent(gradient, w0, lr, steps, noise, rng):
    path = np.tile(w0, (steps + 1, 1))
    for t in range(steps):
        g = gradient(path[t]) + noise * rng.normal()
        path[t + 1] = path[t] - lr * g
    return path
