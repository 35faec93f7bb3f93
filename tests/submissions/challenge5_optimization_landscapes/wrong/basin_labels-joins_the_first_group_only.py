# mistake: never_merged_groups
# %% basin_labels
def basin_labels(endpoints, tol):
    groups = []
    for i in range(len(endpoints)):
        for group in groups:
            if min(np.linalg.norm(endpoints[i] - endpoints[j]) for j in group) < tol:
                group.append(i)
                break
        else:
            groups.append([i])
    labels = np.zeros(len(endpoints), dtype=int)
    for k, group in enumerate(groups):
        labels[group] = k
    return labels
