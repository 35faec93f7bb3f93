# %% setup
import torch
# %% einsum_strings
einsum_strings = {
    "contract": "I J, J K L -> I K L",
    "matvec": "I J, J -> I",
    "frobenius_squared": "I J, I J ->",
    "a note": "the order of the entries does not matter",
}
# %% matvec
def matvec(A, x):
    return torch.mv(torch.tensor(A, dtype=torch.float32), torch.tensor(x, dtype=torch.float32))
# %% frobenius_squared
def frobenius_squared(A):
    A = torch.as_tensor(A).float()
    return (A * A).sum()
# %% contract
def contract(A, B):
    A, B = torch.from_numpy(A).float(), torch.from_numpy(B).float()
    return torch.einsum("ij,jkl->ikl", A, B)
# %% contraction_shape
def contraction_shape(shape_A, shape_B):
    if shape_A[-1] != shape_B[0]:
        raise ValueError("no broadcasting here")
    return torch.Size([shape_A[0], shape_B[1], shape_B[2]])
# %% contraction_ndim
contraction_ndim = torch.tensor(3)
