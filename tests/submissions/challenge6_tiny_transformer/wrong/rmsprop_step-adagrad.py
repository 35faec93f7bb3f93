# mistake: never_forgets
# %% rmsprop_step
def rmsprop_step(w, g, v, lr, alpha=0.99, eps=1e-8):
    total = np.add(v, np.square(g))
    return w - lr * g / (np.sqrt(total) + eps), total
