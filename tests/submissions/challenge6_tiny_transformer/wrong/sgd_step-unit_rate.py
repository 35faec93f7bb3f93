# mistake: without_learning_rate
# %% sgd_step
def sgd_step(w, g, lr):
    direction = -g
    return w + direction
