# mistake: gradient_transposed
# %% grad_W1
def grad_W1(W1, W2, x, dL_df, activation):
    delta = (dL_df @ W2) * ACTIVATIONS[activation][1](W1 @ x)
    return x.reshape(-1, 1) @ delta.reshape(1, -1)
