# %% jacobian
def jacobian(W1, W2, x, activation):
    sigma, dsigma = ACTIVATIONS[activation]
    return np.einsum("ik,k,kj->ij", W2, dsigma(np.einsum("kj,j->k", W1, x)), W1)
# %% jvp
def jvp(W1, W2, x, v, activation):
    sigma, dsigma = ACTIVATIONS[activation]
    return np.einsum("ik,k,k->i", W2, dsigma(W1 @ x), np.einsum("kj,j->k", W1, v))
# %% vjp
def vjp(W1, W2, x, u, activation):
    sigma, dsigma = ACTIVATIONS[activation]
    return np.einsum("i,ik,k,kj->j", u, W2, dsigma(W1 @ x), W1, optimize=["einsum_path", (0, 1), (0, 2), (0, 1)])
# %% grad_W1
def grad_W1(W1, W2, x, dL_df, activation):
    sigma, dsigma = ACTIVATIONS[activation]
    return np.einsum("i,ik,k,j->kj", dL_df, W2, dsigma(W1 @ x), x)
# %% clip_by_global_norm
def clip_by_global_norm(gradients, max_norm):
    if not gradients:
        return []
    flat = np.concatenate([g.ravel() for g in gradients])
    total = np.sqrt(flat @ flat)
    if total > max_norm:
        flat = flat * (max_norm / total)
    pieces = np.split(flat, np.cumsum([g.size for g in gradients])[:-1])
    return [piece.reshape(g.shape) for piece, g in zip(pieces, gradients)]
