# %% einsum_strings
einsum_strings = {
    "matvec": "y_i = A_ij x_j",
    "frobenius_squared": "A_ij A_ij",
    "contract": "C_ikl = A_ij B_jkl",
}
