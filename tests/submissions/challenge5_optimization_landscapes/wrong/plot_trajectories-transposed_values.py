# mistake: transposed
# %% setup
import matplotlib.pyplot as plt
# %% plot_trajectories
def plot_trajectories(loss, trajectories, xlim, ylim):
    x, y = np.linspace(*xlim, 50), np.linspace(*ylim, 50)
    X, Y = np.meshgrid(x, y)
    Z = np.zeros_like(X)
    for i in range(50):
        for j in range(50):
            Z[i, j] = loss(np.array([x[i], y[j]]))
    fig, ax = plt.subplots()
    ax.contourf(X, Y, Z, levels=20)
    for t in trajectories:
        ax.plot(t[:, 0], t[:, 1], "w.-")
    return ax
