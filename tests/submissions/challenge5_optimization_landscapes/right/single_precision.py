# %% setup
import matplotlib
import matplotlib.pyplot as plt
from matplotlib.collections import LineCollection
# %% quadratic_gradient
def quadratic_gradient(w, X, y):
    w, X, y = (np.asarray(a, dtype=np.float32) for a in (w, X, y))
    r = X.dot(w) - y
    return np.mean(r[:, None] * X, axis=0)
# %% network_gradient
def network_gradient(theta, x, y):
    theta, x, y = theta.astype("float32"), x.astype("float32"), y.astype("float32")
    W1, b1, W2 = theta[:-1].reshape(3, -1)
    a = np.tanh(x.reshape(-1, 1) @ W1.reshape(1, -1) + b1)
    J = np.hstack([W2 * (1 - a**2) * x[:, None], W2 * (1 - a**2), a, np.ones((len(x), 1), dtype=np.float32)])
    return J.T @ (a @ W2 + theta[-1] - y) / np.float32(len(x))
# %% gradient_descent
def gradient_descent(gradient, w0, lr, steps):
    W = np.zeros((steps + 1, w0.size), dtype=np.float32)
    W[0] = w0
    for t in range(steps):
        W[t + 1] = W[t] - lr * np.float32(gradient(W[t]))
    return W
# %% noisy_gradient_descent
def noisy_gradient_descent(gradient, w0, lr, steps, noise, rng):
    W = np.zeros((steps + 1, w0.size), dtype=np.float32)
    W[0] = w0
    for t in range(steps):
        z = rng.normal(size=w0.size).astype(np.float32)
        W[t + 1] = W[t] - lr * (gradient(W[t]) + noise * z)
    return W
# %% largest_stable_step
def largest_stable_step(X):
    X = X.astype(np.float32)
    curvature = np.linalg.eigvalsh(np.cov(X.T, bias=True).reshape(X.shape[1], -1) + np.outer(X.mean(0), X.mean(0)))
    return np.inf if not X.any() else 2 / curvature.max()
# %% basin_labels
def basin_labels(endpoints, tol):
    P = endpoints.astype(np.float32)
    parent = list(range(len(P)))

    def find(i):
        while parent[i] != i:
            i = parent[i]
        return i

    for i in range(len(P)):
        for j in range(i):
            if np.sum((P[i] - P[j]) ** 2) < tol**2:
                parent[find(i)] = find(j)
    return np.array([find(i) for i in range(len(P))], dtype=np.float32)
# %% plot_trajectories
def plot_trajectories(loss, trajectories, xlim, ylim):
    x = np.linspace(xlim[0], xlim[1], 30, dtype=np.float32)
    y = np.linspace(ylim[0], ylim[1], 30, dtype=np.float32)
    Z = np.float32([[loss(np.array([a, b])) for a in x] for b in y])
    ax = plt.gca()
    ax.contourf(x, y, np.log(Z - Z.min() + 0.01 * np.ptp(Z)), 15, extend="both")
    for number, path in enumerate(trajectories):
        steps = np.stack([path[:-1], path[1:]], axis=1)
        ax.add_collection(LineCollection(steps, array=np.arange(len(steps)), cmap="plasma"))
    ax.autoscale()
    return ax
