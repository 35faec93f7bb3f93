# mistake: forgot_the_root
# %% rmsprop_step
def rmsprop_step(w, g, v, lr, alpha=0.99, eps=1e-8):
    v2 = alpha * v + (1 - alpha) * np.square(g)
    scale = v2 + eps
    return w - lr * g / scale, v2
