# %% jacobian
def jacobian(W1, W2, x, activation):
    D = np.diag(ACTIVATIONS[activation][1](np.dot(W1, x)))
    return np.linalg.multi_dot([W2, D, W1])
# %% jvp
def jvp(W1, W2, x, v, activation):
    D = np.diag(ACTIVATIONS[activation][1](np.dot(W1, x)))
    return W2 @ (D @ (W1 @ v))
# %% vjp
def vjp(W1, W2, x, u, activation):
    D = np.diag(ACTIVATIONS[activation][1](np.dot(W1, x)))
    return W1.T @ (D @ (W2.T @ u))
# %% grad_W1
def grad_W1(W1, W2, x, dL_df, activation):
    D = np.diag(ACTIVATIONS[activation][1](np.dot(W1, x)))
    delta = dL_df[None, :] @ W2 @ D
    return delta.T @ x[None, :]
# %% clip_by_global_norm
def clip_by_global_norm(gradients, max_norm):
    total = np.linalg.norm([np.linalg.norm(g) for g in gradients])
    scale = min(1, max_norm / (total + 1e-6))
    return [scale * g for g in gradients]
