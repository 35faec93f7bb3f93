# %% setup
import matplotlib.pyplot as plt
import torch
# %% quadratic_gradient
def quadratic_gradient(w, X, y):
    w = torch.tensor(w, dtype=torch.float32, requires_grad=True)
    X, y = torch.tensor(X, dtype=torch.float32), torch.tensor(y, dtype=torch.float32)
    loss = 0.5 * torch.mean((X @ w - y) ** 2)
    loss.backward()
    return w.grad
# %% network_gradient
def network_gradient(theta, x, y):
    t = torch.tensor(theta, dtype=torch.float32).requires_grad_()
    x, y = torch.tensor(x, dtype=torch.float32), torch.tensor(y, dtype=torch.float32)
    W1, b1, W2, b2 = torch.tensor_split(t, [(len(t) - 1) // 3 * k for k in (1, 2, 3)])
    f = torch.tanh(x[:, None] * W1 + b1) @ W2 + b2
    (g,) = torch.autograd.grad(0.5 * ((f - y) ** 2).mean(), t)
    return g
# %% gradient_descent
def gradient_descent(gradient, w0, lr, steps):
    w = torch.tensor(w0)
    trajectory = torch.empty(steps + 1, len(w), dtype=torch.float64)
    trajectory[0] = w
    for t in range(steps):
        w = w - lr * torch.as_tensor(gradient(w.numpy()))
        trajectory[t + 1] = w
    return trajectory
# %% noisy_gradient_descent
def noisy_gradient_descent(gradient, w0, lr, steps, noise, rng):
    w = torch.tensor(w0)
    rows = [w]
    for t in range(steps):
        z = torch.from_numpy(rng.standard_normal(w.shape))
        w = w - lr * (torch.as_tensor(gradient(w.numpy())) + noise * z)
        rows.append(w)
    return torch.stack(rows)
# %% largest_stable_step
def largest_stable_step(X):
    X = torch.tensor(X, dtype=torch.float32)
    sigma = torch.linalg.matrix_norm(X, 2)
    return torch.tensor(2.0 * len(X)) / sigma**2
# %% basin_labels
def basin_labels(endpoints, tol):
    P = torch.tensor(endpoints)
    reach = (torch.linalg.norm(P[:, None] - P[None], dim=-1) < tol).float()
    for _ in range(len(P).bit_length() + 1):
        reach = ((reach @ reach) > 0).float()
    return reach.argmax(dim=1)
# %% plot_trajectories
def plot_trajectories(loss, trajectories, xlim, ylim):
    gx = torch.linspace(*xlim, 50, dtype=torch.float64)
    gy = torch.linspace(*ylim, 50, dtype=torch.float64)
    X, Y = torch.meshgrid(gx, gy, indexing="xy")
    points = torch.stack([X.flatten(), Y.flatten()], dim=1).numpy()
    Z = np.array([loss(p) for p in points]).reshape(50, 50)
    fig, ax = plt.subplots()
    ax.contourf(X.numpy(), Y.numpy(), Z, levels=25)
    for t in trajectories:
        ax.plot(t[:, 0].astype(np.float32), t[:, 1].astype(np.float32), color="w")
        ax.plot(t[-1, 0], t[-1, 1], "r*")
    return ax
