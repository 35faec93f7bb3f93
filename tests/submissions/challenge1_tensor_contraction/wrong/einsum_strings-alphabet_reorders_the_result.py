# %% einsum_strings
# without an arrow numpy sorts the letters that remain: here C comes out as (k, l, i)
einsum_strings = {"matvec": "zj,j", "frobenius_squared": "zj,zj", "contract": "zj,jkl"}
