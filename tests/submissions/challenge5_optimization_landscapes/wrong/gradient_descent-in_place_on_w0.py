# mistake: moved_w0
# %% gradient_descent
def gradient_descent(gradient, w0, lr, steps):
    path = [w0.copy()]
    for _ in range(steps):
        w0 -= lr * gradient(w0)
        path.append(w0.copy())
    return path
