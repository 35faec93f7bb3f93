# %% sgd_step
def sgd_step(w, g, lr):
    return w - lr * (g + 0.01 * w)
