# %% setup
from scipy.cluster.hierarchy import fcluster, linkage
# %% basin_labels
def basin_labels(endpoints, tol):
    if len(endpoints) == 1:
        return [0]
    return fcluster(linkage(endpoints, "complete"), tol, "distance")
