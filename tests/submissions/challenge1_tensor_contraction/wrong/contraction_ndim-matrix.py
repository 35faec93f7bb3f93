# mistake: axes_of_a_matrix
# %% contraction_ndim
contraction_ndim = 2
