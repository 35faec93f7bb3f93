# mistake: eps_inside_the_root
# %% rmsprop_step
def rmsprop_step(w, g, v, lr, alpha=0.99, eps=1e-8):
    average = np.average([v, g**2], axis=0, weights=[alpha, 1 - alpha])
    return w - lr * g * (average + eps) ** -0.5, average
