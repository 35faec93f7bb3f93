# mistake: averaged_the_gradient
# %% rmsprop_step
def rmsprop_step(w, g, v, lr, alpha=0.99, eps=1e-8):
    average = alpha * v + (1 - alpha) * g
    return w - lr * g / (np.abs(average) ** 0.5 + eps), average
