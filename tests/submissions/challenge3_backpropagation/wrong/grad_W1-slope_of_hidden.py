# mistake: gradient_derivative_at_activation
# %% grad_W1
def grad_W1(W1, W2, x, dL_df, activation):
    sigma, dsigma = ACTIVATIONS[activation]
    a = sigma(W1 @ x)
    delta = dsigma(a) * (dL_df @ W2)
    return delta.reshape(-1, 1) * x
