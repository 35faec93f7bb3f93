# verdict: crashed
# %% largest_stable_step
def largest_stable_step(X):
    return 2 / float(np.linalg.norm(X, 2) ** 2 / len(X))
