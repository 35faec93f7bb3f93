# %% setup
def net(W1, W2, x, activation):
    return W2 @ ACTIVATIONS[activation][0](W1 @ x)
# %% jacobian
def jacobian(W1, W2, x, activation):
    eps = 1e-6
    columns = []
    for e in np.eye(x.size):
        columns.append((net(W1, W2, x + eps * e, activation) - net(W1, W2, x - eps * e, activation)) / (2 * eps))
    return np.column_stack(columns)
# %% jvp
def jvp(W1, W2, x, v, activation):
    eps = 1e-6
    return (net(W1, W2, x + eps * v, activation) - net(W1, W2, x - eps * v, activation)) / (2 * eps)
# %% vjp
def vjp(W1, W2, x, u, activation):
    sigma = ACTIVATIONS[activation][0]
    z, eps = W1 @ x, 1e-6
    slope = (sigma(z + eps) - sigma(z - eps)) / (2 * eps)
    return W1.T @ (slope * (u @ W2))
# %% grad_W1
def grad_W1(W1, W2, x, dL_df, activation):
    eps = 1e-6
    G = np.zeros(W1.shape)
    for index in np.ndindex(*W1.shape):
        E = np.zeros(W1.shape)
        E[index] = eps
        change = net(W1 + E, W2, x, activation) - net(W1 - E, W2, x, activation)
        G[index] = dL_df @ change / (2 * eps)
    return G
# %% clip_by_global_norm
def clip_by_global_norm(gradients, max_norm):
    copies = [np.copy(g) for g in gradients]
    squares = 0
    for g in copies:
        squares += np.linalg.norm(g) ** 2
    if squares > max_norm**2:
        for g in copies:
            g *= max_norm / squares**0.5
    return copies
