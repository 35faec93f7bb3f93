# mistake: paired_with_the_activation
# %% grad_W1
def grad_W1(W1, W2, x, dL_df, activation):
    sigma, dsigma = ACTIVATIONS[activation]
    z = W1 @ x
    a = sigma(z)
    delta = np.einsum("ik,i,k->k", W2, dL_df, dsigma(z))
    return np.einsum("k,l->kl", delta, a)
