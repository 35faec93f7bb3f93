# mistake: in_place
# %% sgd_step
def sgd_step(w, g, lr):
    np.subtract(w, lr * g, out=w)
    return w
