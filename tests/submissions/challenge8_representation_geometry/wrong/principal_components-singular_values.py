# mistake: singular_values_themselves
# %% setup
import scipy.linalg
# %% principal_components
def principal_components(X, k):
    U, s, V = scipy.linalg.svd(X - np.mean(X, axis=0), full_matrices=False)
    return V[:k, :], s[:k]
