# mistake: all_axes
# %% contraction_ndim
contraction_ndim = 2 + 3
