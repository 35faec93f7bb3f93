# mistake: error_of_the_hidden_units
# %% grad_W1
def grad_W1(W1, W2, x, dL_df, activation):
    back = np.dot(dL_df, W2)
    return back * ACTIVATIONS[activation][1](W1 @ x)
