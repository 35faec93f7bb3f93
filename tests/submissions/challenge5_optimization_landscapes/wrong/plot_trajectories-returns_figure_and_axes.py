# %% setup
import matplotlib.pyplot as plt
# %% plot_trajectories
def plot_trajectories(loss, trajectories, xlim, ylim):
    fig, ax = plt.subplots()
    xs, ys = np.linspace(*xlim, 30), np.linspace(*ylim, 30)
    ax.contour(xs, ys, [[loss(np.array([a, b])) for a in xs] for b in ys])
    for t in trajectories:
        ax.plot(t[:, 0], t[:, 1])
    return fig, ax
