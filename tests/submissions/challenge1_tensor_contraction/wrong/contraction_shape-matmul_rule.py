# verdict: crashed
# %% contraction_shape
def contraction_shape(shape_A, shape_B):
    # the rule of `@`: the last axis of A against the second-to-last of B
    return np.matmul(np.zeros(shape_A), np.zeros(shape_B)).shape
