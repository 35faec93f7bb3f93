# %% setup
from matplotlib.figure import Figure
# %% quadratic_gradient
def quadratic_gradient(w, X, y):
    # a quadratic: the central difference quotient is exact for any step
    def L(w):
        return 0.5 * np.mean(np.square(X @ w - y))

    scale = 1 / (1 + np.abs(X).max(axis=0))
    return np.array([(L(w + e) - L(w - e)) / (2 * e.sum()) for e in np.diag(scale)])
# %% network_gradient
def network_gradient(theta, x, y):
    g = np.empty_like(theta)
    for j in range(theta.size):
        e = np.zeros_like(theta)
        e[j] = 1e-5
        g[j] = (network_loss(theta + e, x, y) - network_loss(theta - e, x, y)) / 2e-5
    return g
# %% gradient_descent
def gradient_descent(gradient, w0, lr, steps):
    def rest(w, left):
        return [w] + (rest(w - lr * np.asarray(gradient(w)), left - 1) if left else [])

    return np.vstack(rest(w0.copy(), steps))
# %% noisy_gradient_descent
def noisy_gradient_descent(gradient, w0, lr, steps, noise, rng):
    w = w0.copy()
    out = np.full((steps + 1, w.size), np.nan)
    out[0] = w
    for row in out[1:]:
        w -= lr * gradient(w) + lr * noise * rng.standard_normal(w.size)
        row[:] = w
    return out
# %% largest_stable_step
def largest_stable_step(X):
    gram = X @ X.T  # the same eigenvalues apart from zeros
    top = max(np.linalg.eigvalsh(gram))
    if top <= 0:
        return np.inf
    return [2 * len(gram) / top][0]
# %% basin_labels
def basin_labels(endpoints, tol):
    groups = []
    for i, point in enumerate(endpoints):
        touching = [g for g in groups if any(np.linalg.norm(point - endpoints[j]) < tol for j in g)]
        groups = [g for g in groups if g not in touching] + [{i}.union(*touching)]
    return [next(k for k, g in enumerate(groups) if i in g) for i in range(len(endpoints))]
# %% plot_trajectories
def plot_trajectories(loss, trajectories, xlim, ylim):
    figure = Figure(figsize=(6, 6))
    ax = figure.add_subplot(1, 1, 1)
    x = np.arange(xlim[0], xlim[1], (xlim[1] - xlim[0]) / 60)
    y = np.arange(ylim[0], ylim[1], (ylim[1] - ylim[0]) / 60)
    Z = np.vectorize(lambda a, b: np.sqrt(loss(np.array([a, b])) + 10))(*np.meshgrid(x, y))
    ax.contour(x, y, Z, 10, colors="grey", linewidths=0.5)
    for path, color in zip(trajectories, "rgbkmcy"):
        for start, end in zip(path[:-1], path[1:]):
            ax.plot([start[0], end[0]], [start[1], end[1]], color=color)
    ax.axhline(0, color="k", lw=0.5)
    return ax
