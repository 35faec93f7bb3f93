# mistake: divided_by_all_samples
# %% confusion_matrix
def confusion_matrix(probabilities, targets):
    n, V = probabilities.shape
    onehot = np.eye(V)[np.asarray(targets)]
    return np.einsum("nt,nv->tv", onehot, probabilities) / n
