# %% contraction_ndim
contraction_ndim = "three"
