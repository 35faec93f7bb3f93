# %% network_gradient
def network_gradient(theta, x, y):
    n = len(x)
    g = [0.0] * len(theta)
    H = (len(theta) - 1) // 3
    for i in range(n):
        a = [np.tanh(theta[3 * h] * x[i] + theta[3 * h + 1]) for h in range(H)]
        e = sum(theta[3 * h + 2] * a[h] for h in range(H)) + theta[-1] - y[i]
        for h in range(H):
            d = e * theta[3 * h + 2] * (1 - a[h] ** 2)
            g[3 * h] += d * x[i] / n
            g[3 * h + 1] += d / n
            g[3 * h + 2] += e * a[h] / n
        g[-1] += e / n
    return g
