# mistake: nan_rows
# %% confusion_matrix
def confusion_matrix(probabilities, targets):
    targets = targets.numpy()
    V = probabilities.shape[1]
    return np.array([probabilities[targets == t].mean(axis=0) for t in range(V)])
