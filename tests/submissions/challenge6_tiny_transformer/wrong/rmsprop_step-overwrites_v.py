# mistake: in_place_average
# %% rmsprop_step
def rmsprop_step(w, g, v, lr, alpha=0.99, eps=1e-8):
    v[...] = alpha * v + (1 - alpha) * g**2
    return w - lr * g / (np.sqrt(v) + eps), v
