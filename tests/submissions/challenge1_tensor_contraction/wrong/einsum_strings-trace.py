# mistake: trace_of_the_square
# %% einsum_strings
einsum_strings = {"matvec": "mn,n->m", "frobenius_squared": "mn,nm", "contract": "mn,npq->mpq"}
