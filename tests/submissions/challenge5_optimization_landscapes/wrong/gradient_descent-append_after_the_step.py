# mistake: left_the_start_out
# %% gradient_descent
def gradient_descent(gradient, w0, lr, steps):
    w, path = w0, []
    for _ in range(steps):
        w = w - lr * gradient(w)
        path.append(w)
    return np.array(path).reshape(steps, len(w0))
