# %% gradient_descent
def gradient_descent(gradient, w0, lr, steps):
    w, path = w0.copy(), [w0.copy()]
    for _ in range(steps):
        for j in range(len(w)):
            w[j] -= lr * gradient(w)[j]
        path.append(w.copy())
    return np.array(path)
