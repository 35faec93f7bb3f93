# mistake: points_left_out
# %% setup
import matplotlib.pyplot as plt
# %% plot_trajectories
def plot_trajectories(loss, trajectories, xlim, ylim):
    xs, ys = np.linspace(*xlim, 50), np.linspace(*ylim, 50)
    fig, ax = plt.subplots()
    ax.contour(xs, ys, [[loss(np.array([a, b])) for a in xs] for b in ys])
    for t in trajectories:
        ax.plot(t[::2, 0], t[::2, 1])
    return ax
