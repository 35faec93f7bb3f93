# mistake: only_the_parameters
# %% rmsprop_step
def rmsprop_step(w, g, v, lr, alpha=0.99, eps=1e-8):
    v = alpha * v + (1 - alpha) * g**2
    w = w - lr * g / (np.sqrt(v) + eps)
    return w
