# %% sgd_step
def sgd_step(w, g, lr):
    return w - lr * np.sign(g)
