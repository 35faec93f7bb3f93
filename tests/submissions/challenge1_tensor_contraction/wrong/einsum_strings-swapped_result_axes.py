# mistake: other_order_of_axes
# %% einsum_strings
einsum_strings = {"matvec": "rc,c->r", "frobenius_squared": "rc,rc->", "contract": "rc,cuv->rvu"}
