# mistake: no_contours
# %% setup
import matplotlib.pyplot as plt
# %% plot_trajectories
def plot_trajectories(loss, trajectories, xlim, ylim):
    fig, ax = plt.subplots()
    for t in trajectories:
        ax.plot(t[:, 0], t[:, 1], marker="o")
    ax.set_xlim(*xlim)
    ax.set_ylim(*ylim)
    return ax
