# %% setup
import torch
import torch.nn.functional as F

TORCH = {"tanh": torch.tanh, "sigmoid": torch.sigmoid, "softplus": F.softplus, "relu": F.relu}


def as_tensors(*arrays):
    return [torch.tensor(a) for a in arrays]
# %% jacobian
def jacobian(W1, W2, x, activation):
    W1, W2, x = as_tensors(W1, W2, x)
    return torch.func.jacrev(lambda p: W2 @ TORCH[activation](W1 @ p))(x)
# %% jvp
def jvp(W1, W2, x, v, activation):
    W1, W2, x, v = as_tensors(W1, W2, x, v)
    return torch.func.jvp(lambda p: W2 @ TORCH[activation](W1 @ p), (x,), (v,))[1]
# %% vjp
def vjp(W1, W2, x, u, activation):
    W1, W2, x, u = as_tensors(W1, W2, x, u)
    _, pull_back = torch.func.vjp(lambda p: W2 @ TORCH[activation](W1 @ p), x)
    return pull_back(u)[0]
# %% grad_W1
def grad_W1(W1, W2, x, dL_df, activation):
    W1, W2, x, dL_df = as_tensors(W1, W2, x, dL_df)
    return torch.func.grad(lambda W: dL_df @ (W2 @ TORCH[activation](W @ x)))(W1)
# %% clip_by_global_norm
def clip_by_global_norm(gradients, max_norm):
    parameters = []
    for g in gradients:
        p = torch.nn.Parameter(torch.zeros(g.shape, dtype=torch.float64))
        p.grad = torch.tensor(g)
        parameters.append(p)
    torch.nn.utils.clip_grad_norm_(parameters, max_norm)
    return [p.grad for p in parameters]
