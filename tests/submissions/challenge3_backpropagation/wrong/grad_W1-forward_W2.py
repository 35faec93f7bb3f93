# mistake: W2_not_transposed
# %% grad_W1
def grad_W1(W1, W2, x, dL_df, activation):
    delta = np.dot(W2, dL_df) * ACTIVATIONS[activation][1](np.dot(W1, x))
    return np.multiply.outer(delta, x)
