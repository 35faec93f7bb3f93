# %% network_gradient
def network_gradient(theta, x, y):
    L = network_loss(theta, x, y)
    return np.array([(network_loss(theta + e, x, y) - L) / 0.01 for e in 0.01 * np.eye(len(theta))])
