# mistake: kept_every_index
# %% einsum_strings
einsum_strings = {"matvec": "ij,j->ij", "frobenius_squared": "ij,ij->ij", "contract": "ij,jkl->ijkl"}
