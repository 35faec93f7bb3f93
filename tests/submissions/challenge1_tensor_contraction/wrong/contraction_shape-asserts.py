# %% contraction_shape
def contraction_shape(shape_A, shape_B):
    assert shape_A[1] == shape_B[0], "summed index"
    return shape_A[0], shape_B[1], shape_B[2]
