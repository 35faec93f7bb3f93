# %% jacobian
def jacobian(W1, W2, x, activation):
    sigma = ACTIVATIONS[activation][0]
    f = lambda p: W2 @ sigma(W1 @ p)
    eps = 0.01
    return np.array([(f(x + eps * e) - f(x)) / eps for e in np.eye(len(x))]).T
