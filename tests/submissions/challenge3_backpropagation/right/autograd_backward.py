# %% setup
import torch

SIGMAS = {
    "tanh": torch.nn.Tanh(),
    "sigmoid": torch.nn.Sigmoid(),
    "softplus": torch.nn.Softplus(),
    "relu": torch.nn.ReLU(),
}


def forward(W1, W2, x, activation):
    tensors = [torch.from_numpy(a.copy()).requires_grad_() for a in (W1, W2, x)]
    A, B, p = tensors
    return B @ SIGMAS[activation](A @ p), tensors
# %% jacobian
def jacobian(W1, W2, x, activation):
    f, (_, _, p) = forward(W1, W2, x, activation)
    rows = [torch.autograd.grad(out, p, retain_graph=True)[0].numpy() for out in f]
    return np.vstack(rows)
# %% jvp
def jvp(W1, W2, x, v, activation):
    f, (_, _, p) = forward(W1, W2, x, activation)
    dummy = torch.zeros_like(f, requires_grad=True)
    (g,) = torch.autograd.grad(f, p, grad_outputs=dummy, create_graph=True)
    return torch.autograd.grad(g, dummy, grad_outputs=torch.from_numpy(v.copy()))[0]
# %% vjp
def vjp(W1, W2, x, u, activation):
    f, (_, _, p) = forward(W1, W2, x, activation)
    f.backward(torch.from_numpy(u.copy()))
    return p.grad
# %% grad_W1
def grad_W1(W1, W2, x, dL_df, activation):
    f, (A, _, _) = forward(W1, W2, x, activation)
    torch.dot(f, torch.from_numpy(dL_df.copy())).backward()
    return A.grad.numpy()
# %% clip_by_global_norm
def clip_by_global_norm(gradients, max_norm):
    if len(gradients) == 0:
        return gradients
    tensors = [torch.from_numpy(np.array(g)) for g in gradients]
    total = torch.cat([g.flatten() for g in tensors]).norm()
    factor = torch.clamp(max_norm / (total + 1e-12), max=1.0)
    return [g.mul(factor) for g in tensors]
