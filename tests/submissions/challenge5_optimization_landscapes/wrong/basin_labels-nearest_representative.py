# mistake: compared_with_the_first_member
# %% basin_labels
def basin_labels(endpoints, tol):
    representatives = np.empty((0, endpoints.shape[1]))
    labels = []
    for p in endpoints:
        d = np.linalg.norm(representatives - p, axis=1)
        hit = np.flatnonzero(d < tol)
        if len(hit) == 0:
            representatives = np.vstack([representatives, p])
            labels.append(len(representatives) - 1)
        else:
            labels.append(int(hit[0]))
    return labels
