# %% contraction_ndim
contraction_ndim = ("i", "k", "l")
