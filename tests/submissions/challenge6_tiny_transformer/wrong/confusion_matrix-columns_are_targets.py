# mistake: transposed
# %% confusion_matrix
def confusion_matrix(probabilities, targets):
    n, V = probabilities.shape
    C = np.zeros((V, V))
    for t in range(V):
        rows = [probabilities[k] for k in range(n) if targets[k] == t]
        if rows:
            C[:, t] = np.mean(rows, axis=0)
    return C
