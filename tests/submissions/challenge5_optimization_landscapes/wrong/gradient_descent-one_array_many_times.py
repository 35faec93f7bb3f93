# mistake: stored_one_array
# %% gradient_descent
def gradient_descent(gradient, w0, lr, steps):
    w = w0.copy()
    path = [w]
    for _ in range(steps):
        w -= lr * gradient(w)
        path.append(w)
    return np.array(path)
