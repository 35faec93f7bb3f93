# %% largest_stable_step
def largest_stable_step(X):
    lam = np.linalg.eigvalsh(X.T @ X / len(X))
    return 2 / (lam[0] + lam[-1]) if lam[-1] > 0 else np.inf
