# mistake: compared_the_wrong_index
# %% contraction_shape
def contraction_shape(shape_A, shape_B):
    i, j = shape_A
    first, k, n = shape_B
    if i != first:
        raise ValueError(f"{i} is not {first}")
    return j, k, n
