# %% contraction_ndim
contraction_ndim = float("nan")
