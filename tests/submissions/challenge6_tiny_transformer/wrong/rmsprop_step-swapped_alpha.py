# mistake: weights_exchanged
# %% rmsprop_step
def rmsprop_step(w, g, v, lr, alpha=0.99, eps=1e-8):
    v = v + alpha * (g**2 - v)
    w = w - lr * g / (np.sqrt(v) + eps)
    return w, v
