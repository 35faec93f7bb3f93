# %% basin_labels
def basin_labels(endpoints, tol):
    reps = []
    for p in endpoints:
        if all(np.linalg.norm(p - q) >= tol for q in reps):
            reps.append(p)
    return len(reps)
