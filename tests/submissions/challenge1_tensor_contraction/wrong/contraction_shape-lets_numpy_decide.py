# mistake: broadcasts_ones
# %% contraction_shape
def contraction_shape(shape_A, shape_B):
    return np.einsum("ij,jkl->ikl", np.zeros(shape_A), np.zeros(shape_B)).shape
