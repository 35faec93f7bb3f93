# %% confusion_matrix
def confusion_matrix(probabilities, targets):
    V = probabilities.shape[1]
    C = np.zeros((V, V))
    C[targets.numpy()] = probabilities
    return C
