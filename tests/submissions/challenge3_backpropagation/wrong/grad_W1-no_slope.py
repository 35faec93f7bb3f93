# mistake: gradient_without_derivative
# %% grad_W1
def grad_W1(W1, W2, x, dL_df, activation):
    delta = dL_df @ W2
    return delta[:, None] * x[None, :]
