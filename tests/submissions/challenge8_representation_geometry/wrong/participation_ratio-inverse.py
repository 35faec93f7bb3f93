# mistake: upside_down
# %% participation_ratio
def participation_ratio(X):
    Y = X - X.mean(0)
    G = Y @ Y.T
    return np.sum(G * G) / np.trace(G) ** 2 if G.any() else 0.0
