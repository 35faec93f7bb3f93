# mistake: gradient_at_the_start_only
# %% gradient_descent
def gradient_descent(gradient, w0, lr, steps):
    g = gradient(w0)
    w, path = w0, [w0]
    for _ in range(steps):
        w = w - lr * g
        path.append(w)
    return np.array(path)
