# mistake: all_letters
# %% contraction_ndim
contraction_ndim = len(set("ij" + "jkl"))
