# %% basin_labels
def basin_labels(endpoints, tol):
    size = np.linalg.norm(endpoints, axis=1)
    order = np.argsort(size)
    labels = np.zeros(len(size), dtype=int)
    labels[order[1:]] = np.cumsum(np.diff(size[order]) >= tol)
    return labels
