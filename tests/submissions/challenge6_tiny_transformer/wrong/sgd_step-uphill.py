# mistake: ascended
# %% sgd_step
def sgd_step(w, g, lr):
    step = lr * g
    return np.add(w, step)
