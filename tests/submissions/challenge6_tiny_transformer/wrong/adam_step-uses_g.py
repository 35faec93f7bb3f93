# mistake: stepped_along_the_gradient
# %% adam_step
def adam_step(w, g, m, v, t, lr, beta1=0.9, beta2=0.999, eps=1e-8):
    m, v = beta1 * m + (1 - beta1) * g, beta2 * v + (1 - beta2) * g**2
    root = np.sqrt(v / (1 - beta2**t))
    return w - lr * g / (root + eps), m, v
