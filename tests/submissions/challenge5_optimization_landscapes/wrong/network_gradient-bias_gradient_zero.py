# mistake: no_output_bias
# %% network_gradient
def network_gradient(theta, x, y):
    g = np.zeros(len(theta))
    for j in range(len(theta) - 1):
        e = np.zeros(len(theta))
        e[j] = 1e-6
        g[j] = (network_loss(theta + e, x, y) - network_loss(theta - e, x, y)) / 2e-6
    return g
