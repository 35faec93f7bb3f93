# mistake: only_the_end
# %% gradient_descent
def gradient_descent(gradient, w0, lr, steps):
    w = np.array(w0)
    for _ in range(steps):
        w = w - lr * gradient(w)
    return w
