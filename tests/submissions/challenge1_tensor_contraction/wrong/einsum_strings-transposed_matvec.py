# mistake: summed_the_other_index
# %% einsum_strings
einsum_strings = {"matvec": "ba,b->a", "frobenius_squared": "ab,ab->", "contract": "ba,bcd->acd"}
