# %% einsum_strings
einsum_strings = {"matvec": "ij,j->i", "frobenius_squared": "ij->", "contract": "ij,jkl->ikl"}
