# %% setup
f4 = np.float32
# %% jacobian
def jacobian(W1, W2, x, activation):
    W1, W2, x = W1.astype(f4), W2.astype(f4), x.astype(f4)
    slope = ACTIVATIONS[activation][1](W1 @ x).astype(f4)
    return ((W2 * slope) @ W1).tolist()
# %% jvp
def jvp(W1, W2, x, v, activation):
    W1, W2, x, v = [a.astype(f4) for a in (W1, W2, x, v)]
    slope = ACTIVATIONS[activation][1](W1 @ x).astype(f4)
    return (W2 * slope) @ (W1 @ v)
# %% vjp
def vjp(W1, W2, x, u, activation):
    W1, W2, x, u = [a.astype(f4) for a in (W1, W2, x, u)]
    slope = ACTIVATIONS[activation][1](W1 @ x).astype(f4)
    return (u @ W2) @ (slope[:, None] * W1)
# %% grad_W1
def grad_W1(W1, W2, x, dL_df, activation):
    W1, W2, x, dL_df = [a.astype(f4) for a in (W1, W2, x, dL_df)]
    slope = ACTIVATIONS[activation][1](W1 @ x).astype(f4)
    return [[float(delta * xj) for xj in x] for delta in slope * (dL_df @ W2)]
# %% clip_by_global_norm
def clip_by_global_norm(gradients, max_norm):
    g32 = [np.array(g, dtype=f4) for g in gradients]
    total = np.sqrt(np.sum([np.sum(g * g) for g in g32], dtype=f4))
    if total > max_norm:
        g32 = [g * f4(max_norm / total) for g in g32]
    return tuple(g32)
