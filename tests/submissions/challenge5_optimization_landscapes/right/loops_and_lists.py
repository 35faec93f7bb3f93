# %% setup
import math
import matplotlib.pyplot as plt
# %% quadratic_gradient
def quadratic_gradient(w, X, y):
    n = len(X)
    result = []
    for j in range(len(w)):
        total = 0.0
        for i in range(n):
            prediction = sum(X[i][k] * w[k] for k in range(len(w)))
            total += (prediction - y[i]) * X[i][j]
        result.append(total / n)
    return result
# %% network_gradient
def network_gradient(theta, x, y):
    H = (len(theta) - 1) // 3
    n = len(x)
    grad = [0.0] * len(theta)
    for xi, yi in zip(x, y):
        hidden = [math.tanh(theta[h] * xi + theta[H + h]) for h in range(H)]
        error = sum(theta[2 * H + h] * hidden[h] for h in range(H)) + theta[3 * H] - yi
        for h in range(H):
            back = error * theta[2 * H + h] * (1 - hidden[h] ** 2)
            grad[h] += back * xi / n
            grad[H + h] += back / n
            grad[2 * H + h] += error * hidden[h] / n
        grad[3 * H] += error / n
    return grad
# %% gradient_descent
def gradient_descent(gradient, w0, lr, steps):
    w = [float(v) for v in w0]
    path = [list(w)]
    for step in range(steps):
        g = gradient(np.array(w))
        w = [wi - lr * gi for wi, gi in zip(w, g)]
        path.append(w)
    return path
# %% noisy_gradient_descent
def noisy_gradient_descent(gradient, w0, lr, steps, noise, rng):
    w = [float(v) for v in w0]
    path = [list(w)]
    for step in range(steps):
        g = gradient(np.array(w))
        z = [rng.standard_normal() for _ in w]
        w = [wi - lr * (gi + noise * zi) for wi, gi, zi in zip(w, g, z)]
        path.append(w)
    return path
# %% largest_stable_step
def largest_stable_step(X):
    if not np.any(X):
        return float("inf")
    # power iteration, from the longest row
    H = X.T.dot(X) / X.shape[0]
    v = X[np.argmax([row @ row for row in X])].copy()
    for _ in range(20000):
        v = H @ v
        v /= math.sqrt(v @ v)
    return float(2 / (v @ H @ v))
# %% basin_labels
def basin_labels(endpoints, tol):
    n = len(endpoints)
    labels = [None] * n
    current = 0
    for start in range(n):
        if labels[start] is not None:
            continue
        stack = [start]
        while stack:
            i = stack.pop()
            if labels[i] is not None:
                continue
            labels[i] = current
            for j in range(n):
                if labels[j] is None and math.dist(endpoints[i], endpoints[j]) < tol:
                    stack.append(j)
        current += 1
    return labels
# %% plot_trajectories
def plot_trajectories(loss, trajectories, xlim, ylim):
    xs = np.linspace(xlim[0], xlim[1], 35)
    ys = np.linspace(ylim[0], ylim[1], 45)
    Z = np.zeros((len(ys), len(xs)))
    for i in range(len(ys)):
        for j in range(len(xs)):
            Z[i, j] = loss(np.array([xs[j], ys[i]]))
    plt.figure()
    plt.contour(xs, ys, Z, levels=20, cmap="viridis")
    plt.colorbar()
    for k, path in enumerate(trajectories):
        plt.plot(path[:, 0], path[:, 1], "o-", label=f"run {k}")
    plt.legend()
    plt.xlim(xlim)
    plt.ylim(ylim)
    ax = plt.gcf().axes[0]
    plt.show()
    return ax
