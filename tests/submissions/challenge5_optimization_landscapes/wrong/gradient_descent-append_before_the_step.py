# mistake: one_step_too_few
# %% gradient_descent
def gradient_descent(gradient, w0, lr, steps):
    w, path = w0, []
    for _ in range(steps):
        path.append(w)
        w = w - lr * gradient(w)
    return np.array(path)
