# mistake: gradient_of_W2
# %% grad_W1
def grad_W1(W1, W2, x, dL_df, activation):
    a = ACTIVATIONS[activation][0](W1 @ x)
    return np.einsum("i,k->ik", dL_df, a)
