# %% setup
import matplotlib.pyplot as plt
# %% plot_trajectories
def plot_trajectories(loss, trajectories, xlim, ylim):
    xs, ys = np.linspace(*xlim, 50), np.linspace(*ylim, 50)
    Z = np.array([[loss(np.array([a, b])) for a in xs] for b in ys])
    fig, ax = plt.subplots()
    ax.contour(xs, ys, np.hypot(*np.gradient(Z)), levels=20)
    for t in trajectories:
        ax.plot(t[:, 0], t[:, 1])
    return ax
