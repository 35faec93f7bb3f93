# %% contraction_shape
def contraction_shape(shape_A, shape_B):
    if shape_A[1] != shape_B[0]:
        return None
    return shape_A[0], shape_B[1], shape_B[2]
