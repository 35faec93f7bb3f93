# mistake: nothing_for_a_zero_design
# %% largest_stable_step
def largest_stable_step(X):
    lam = np.linalg.eigvalsh(X.T @ X / len(X))[-1]
    if lam == 0:
        return 0.0
    return 2 / lam
