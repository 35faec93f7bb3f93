# %% basin_labels
def basin_labels(endpoints, tol):
    near = np.linalg.norm(endpoints[:, None] - endpoints[None], axis=-1) < tol
    return near.argmax(axis=1)
