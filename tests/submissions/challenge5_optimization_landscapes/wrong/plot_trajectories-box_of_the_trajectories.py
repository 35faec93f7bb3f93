# mistake: grid_of_its_own
# %% setup
import matplotlib.pyplot as plt
# %% plot_trajectories
def plot_trajectories(loss, trajectories, xlim, ylim):
    everything = np.vstack(trajectories)
    (x0, y0), (x1, y1) = everything.min(axis=0), everything.max(axis=0)
    xs, ys = np.linspace(x0, x1, 40), np.linspace(y0, y1, 40)
    ax = plt.figure().add_subplot()
    ax.contour(xs, ys, [[loss(np.array([a, b])) for a in xs] for b in ys], levels=15)
    for t in trajectories:
        ax.plot(*t.T)
    ax.set(xlim=xlim, ylim=ylim)
    return ax
