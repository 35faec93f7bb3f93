# mistake: points_left_out
# %% setup
import matplotlib.pyplot as plt
# %% plot_trajectories
def plot_trajectories(loss, trajectories, xlim, ylim):
    xs, ys = np.linspace(*xlim, 50), np.linspace(*ylim, 50)
    fig, ax = plt.subplots()
    ax.contour(xs, ys, [[loss(np.array([a, b])) for a in xs] for b in ys])
    for t in trajectories:
        for k in range(len(t) - 2):
            ax.plot(t[k : k + 2, 0], t[k : k + 2, 1], "k")
    return ax
