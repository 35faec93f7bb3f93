# mistake: kept_the_summed_index
# %% contraction_shape
def contraction_shape(shape_A, shape_B):
    if shape_A[1] != shape_B[0]:
        raise ValueError("the shapes do not fit")
    return list(shape_A) + list(shape_B)[1:]
