# mistake: without_bias_correction
# %% adam_step
def adam_step(w, g, m, v, t, lr, beta1=0.9, beta2=0.999, eps=1e-8):
    first = m + (1 - beta1) * (g - m)
    second = v + (1 - beta2) * (g * g - v)
    return w - lr * first / (second**0.5 + eps), first, second
