# %% setup
import math
# %% jacobian
def jacobian(W1, W2, x, activation):
    sigma, dsigma = ACTIVATIONS[activation]
    h, d = W1.shape
    m = W2.shape[0]
    J = np.zeros((m, d))
    slopes = []
    for k in range(h):
        z = 0.0
        for j in range(d):
            z += W1[k, j] * x[j]
        slopes.append(float(dsigma(np.array([z]))[0]))
    for i in range(m):
        for j in range(d):
            for k in range(h):
                J[i, j] += W2[i, k] * slopes[k] * W1[k, j]
    return J
# %% jvp
def jvp(W1, W2, x, v, activation):
    dsigma = ACTIVATIONS[activation][1]
    out = 0
    for row, column in zip(W1, W2.T):
        out = out + column * (dsigma(row @ x) * (row @ v))
    return out
# %% vjp
def vjp(W1, W2, x, u, activation):
    dsigma = ACTIVATIONS[activation][1]
    out = np.zeros(len(x))
    for k in range(W1.shape[0]):
        weight = np.sum(u * W2[:, k]) * dsigma(np.sum(W1[k] * x))
        out += weight * W1[k]
    return out
# %% grad_W1
def grad_W1(W1, W2, x, dL_df, activation):
    dsigma = ACTIVATIONS[activation][1]
    G = np.empty_like(W1)
    for k in range(W1.shape[0]):
        delta = sum(dL_df[i] * W2[i, k] for i in range(W2.shape[0])) * dsigma(W1[k].dot(x))
        for j in range(W1.shape[1]):
            G[k, j] = delta * x[j]
    return G
# %% clip_by_global_norm
def clip_by_global_norm(gradients, max_norm):
    total = 0.0
    for g in gradients:
        for entry in np.asarray(g).ravel():
            total += entry * entry
    total = math.sqrt(total)
    if total <= max_norm:
        return gradients
    return [g * (max_norm / total) for g in gradients]
