# mistake: normalized
# %% sgd_step
def sgd_step(w, g, lr):
    length = np.sqrt((g * g).sum())
    return w - lr * (g / length if length > 0 else g)
