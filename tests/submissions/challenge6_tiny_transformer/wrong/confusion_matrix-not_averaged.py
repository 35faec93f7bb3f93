# mistake: summed
# %% confusion_matrix
def confusion_matrix(probabilities, targets):
    V = probabilities.shape[1]
    C = np.zeros((V, V))
    for p, t in zip(probabilities, targets):
        C[int(t)] += p
    return C
