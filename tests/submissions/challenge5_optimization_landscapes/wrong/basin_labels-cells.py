# mistake: rounded_to_a_grid
# %% basin_labels
def basin_labels(endpoints, tol):
    cells = {}
    return [cells.setdefault(tuple(np.rint(p / tol)), len(cells)) for p in endpoints]
