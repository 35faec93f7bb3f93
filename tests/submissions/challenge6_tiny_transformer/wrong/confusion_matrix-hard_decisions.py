# mistake: counted_the_most_probable
# %% confusion_matrix
def confusion_matrix(probabilities, targets):
    V = probabilities.shape[1]
    C = np.zeros((V, V))
    for p, t in zip(probabilities, targets):
        C[int(t), np.argmax(p)] += 1
    return C / np.maximum(C.sum(axis=1, keepdims=True), 1)
