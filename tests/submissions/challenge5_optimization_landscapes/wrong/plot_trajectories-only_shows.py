# mistake: returned_nothing
# %% setup
import matplotlib.pyplot as plt
# %% plot_trajectories
def plot_trajectories(loss, trajectories, xlim, ylim):
    xs, ys = np.linspace(*xlim, 30), np.linspace(*ylim, 30)
    plt.contour(xs, ys, [[loss(np.array([a, b])) for a in xs] for b in ys])
    for t in trajectories:
        plt.plot(t[:, 0], t[:, 1])
    plt.show()
