# mistake: sum_of_curvatures
# %% largest_stable_step
def largest_stable_step(X):
    size = np.linalg.norm(X) ** 2 / len(X)
    return 2 / size if size > 0 else np.inf
