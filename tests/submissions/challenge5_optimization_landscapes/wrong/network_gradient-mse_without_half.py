# mistake: doubled
# %% setup
import torch
# %% network_gradient
def network_gradient(theta, x, y):
    t = torch.tensor(theta, requires_grad=True)
    H = (len(t) - 1) // 3
    out = torch.tanh(torch.outer(torch.tensor(x), t[:H]) + t[H : 2 * H]) @ t[2 * H : 3 * H] + t[-1]
    torch.nn.functional.mse_loss(out, torch.tensor(y)).backward()
    return t.grad.numpy()
