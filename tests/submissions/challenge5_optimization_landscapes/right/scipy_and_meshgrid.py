# %% setup
from itertools import accumulate
import matplotlib.pyplot as plt
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.linalg import svdvals
# %% quadratic_gradient
def quadratic_gradient(w, X, y):
    N = y.shape[0]
    return (X.T @ X) @ w / N - X.T @ y / N
# %% network_gradient
def network_gradient(theta, x, y):
    W1, b1, W2, b2 = unpack(theta)
    h = np.tanh(np.einsum("n,h->nh", x, W1) + b1[None, :])
    e = (np.einsum("nh,h->n", h, W2) + b2 - y)[:, None]
    back = e * W2 * (1 - h * h)
    return np.hstack([(back * x[:, None]).mean(0), back.mean(0), (e * h).mean(0), e.mean(0)])
# %% gradient_descent
def gradient_descent(gradient, w0, lr, steps):
    return np.array(list(accumulate(range(steps), lambda w, _: w - lr * gradient(w), initial=w0)))
# %% noisy_gradient_descent
def noisy_gradient_descent(gradient, w0, lr, steps, noise, rng):
    shocks = noise * rng.standard_normal((steps, len(w0)))
    return np.array(list(accumulate(shocks, lambda w, s: w - lr * (gradient(w) + s), initial=w0)))
# %% largest_stable_step
def largest_stable_step(X):
    with np.errstate(divide="ignore"):
        return np.float64(2.0) / (svdvals(X)[0] ** 2 / len(X))
# %% basin_labels
def basin_labels(endpoints, tol):
    if len(endpoints) == 1:
        return np.array([1])
    return fcluster(linkage(endpoints, method="single"), tol, criterion="distance")
# %% plot_trajectories
def plot_trajectories(loss, trajectories, xlim, ylim):
    X, Y = np.meshgrid(np.linspace(*xlim, 80), np.linspace(*ylim, 70), indexing="ij")
    Z = np.apply_along_axis(loss, -1, np.stack([X, Y], axis=-1))
    fig, axes = plt.subplots(figsize=(5, 4), layout="constrained")
    low, high = Z.min(), Z.max()
    lines = axes.contour(X, Y, Z, levels=np.geomspace(low + 1e-3 * (high - low), high, 12))
    axes.clabel(lines, fontsize=7)
    for path in trajectories:
        axes.plot(*path.T, marker=".")
        axes.quiver(*path[:-1].T, *np.diff(path, axis=0).T, angles="xy", scale_units="xy", scale=1)
    axes.set(xlabel="first", ylabel="second")
    return axes
