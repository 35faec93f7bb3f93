# %% rmsprop_step
def rmsprop_step(w, g, v, lr, alpha=0.99, eps=1e-8):
    v = 0.99 * v + 0.01 * g**2
    return w - lr * g / (np.sqrt(v) + 1e-8), v
