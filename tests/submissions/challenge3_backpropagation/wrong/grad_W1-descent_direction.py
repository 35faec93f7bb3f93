# %% grad_W1
def grad_W1(W1, W2, x, dL_df, activation):
    delta = (W2.T @ dL_df) * ACTIVATIONS[activation][1](W1 @ x)
    return -np.outer(delta, x)
