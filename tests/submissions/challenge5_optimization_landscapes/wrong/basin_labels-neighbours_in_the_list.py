# mistake: compared_with_the_previous
# %% basin_labels
def basin_labels(endpoints, tol):
    label, labels = 0, []
    for i in range(len(endpoints)):
        if i > 0 and np.linalg.norm(endpoints[i] - endpoints[i - 1]) >= tol:
            label += 1
        labels.append(label)
    return labels
