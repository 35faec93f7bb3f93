# mistake: absent_rows_left_out
# %% confusion_matrix
def confusion_matrix(probabilities, targets):
    targets = targets.numpy()
    return np.stack([probabilities[targets == t].mean(axis=0) for t in sorted(set(targets.tolist()))])
