# %% einsum_strings
einsum_strings = ["ij,j->i", "ij,ij->", "ij,jkl->ikl"]
