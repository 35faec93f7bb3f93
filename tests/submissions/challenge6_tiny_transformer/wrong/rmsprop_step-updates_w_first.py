# mistake: divided_by_the_old_average
# %% rmsprop_step
def rmsprop_step(w, g, v, lr, alpha=0.99, eps=1e-8):
    w_next = w - lr * g / (v**0.5 + eps)
    v_next = alpha * v + (1 - alpha) * g * g
    return w_next, v_next
