# %% setup
import matplotlib.pyplot as plt
# %% plot_trajectories
def plot_trajectories(loss, trajectories, xlim, ylim):
    x = np.linspace(-1, 1, 60)
    fig, ax = plt.subplots()
    ax.contour(x, x, [[loss(np.array([a, b])) for a in x] for b in x], levels=30)
    for t in trajectories:
        ax.plot(t[:, 0], t[:, 1])
    ax.set_xlim(xlim)
    ax.set_ylim(ylim)
    return ax
