# verdict: crashed
# %% setup
import matplotlib.pyplot as plt
# %% plot_trajectories
def plot_trajectories(loss, trajectories, xlim, ylim):
    X, Y = np.meshgrid(np.linspace(*xlim, 50), np.linspace(*ylim, 50))
    fig, ax = plt.subplots()
    ax.contour(X, Y, loss(np.array([X, Y])))
    for t in trajectories:
        ax.plot(t[:, 0], t[:, 1])
    return ax
