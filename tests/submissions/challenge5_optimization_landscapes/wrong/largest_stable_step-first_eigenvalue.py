# mistake: smallest_eigenvalue
# %% largest_stable_step
def largest_stable_step(X):
    eigenvalues = np.linalg.eigvalsh(np.dot(X.T, X) / len(X))
    if eigenvalues[0] <= 0:
        return np.inf
    return 2.0 / eigenvalues[0]
