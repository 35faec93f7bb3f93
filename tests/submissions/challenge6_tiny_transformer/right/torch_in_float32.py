# %% setup
import torch.nn.functional as F


def one_step(rule, w, g, state):
    p = torch.nn.Parameter(torch.tensor(w, dtype=torch.float32))
    p.grad = torch.tensor(g, dtype=torch.float32)
    opt = rule([p])
    opt.state[p] = {k: torch.tensor(s, dtype=torch.float32) for k, s in state.items()}
    opt.step()
    return p.detach(), opt.state[p]
# %% make_windows
def make_windows(tokens, length):
    T = len(tokens)
    if T <= length:
        raise ValueError("T must be larger than length")
    X = torch.empty(T - length, length, dtype=tokens.dtype)
    Y = torch.empty(T - length, length, dtype=tokens.dtype)
    for j in range(length):
        X[:, j] = tokens[j : j + T - length]
        Y[:, j] = tokens[j + 1 : j + 1 + T - length]
    return X, Y
# %% sgd_step
def sgd_step(w, g, lr):
    return torch.sub(torch.as_tensor(w, dtype=torch.float32), torch.as_tensor(g, dtype=torch.float32), alpha=lr)
# %% rmsprop_step
def rmsprop_step(w, g, v, lr, alpha=0.99, eps=1e-8):
    p, state = one_step(
        lambda ps: torch.optim.RMSprop(ps, lr=lr, alpha=alpha, eps=eps), w, g, {"step": 0.0, "square_avg": v}
    )
    return p, state["square_avg"]
# %% adam_step
def adam_step(w, g, m, v, t, lr, beta1=0.9, beta2=0.999, eps=1e-8):
    p, state = one_step(
        lambda ps: torch.optim.Adam(ps, lr=lr, betas=(beta1, beta2), eps=eps),
        w,
        g,
        {"step": float(t - 1), "exp_avg": m, "exp_avg_sq": v},
    )
    return p, state["exp_avg"], state["exp_avg_sq"]
# %% train
def train(text, context, optimizer, lr, epochs, seed):
    device = "cuda" if torch.cuda.is_available() else "cpu"
    vocabulary = sorted(set(text))
    X, Y = make_windows(torch.tensor(list(map(vocabulary.index, text))), context)
    X, Y = X.to(device), Y.to(device)
    torch.manual_seed(seed)
    model = TinyTransformer(len(vocabulary), context).to(device)
    name = "RMSprop" if optimizer == "RMSProp" else optimizer
    opt = getattr(torch.optim, name)(model.parameters(), lr=lr)
    position_loss = []
    for _ in range(epochs):
        opt.zero_grad(set_to_none=False)
        total = torch.zeros(context, device=device)
        for part_X, part_Y in zip(X.split(16), Y.split(16)):  # gradients of the parts add up to that of the whole
            ce = F.cross_entropy(model(part_X).permute(0, 2, 1), part_Y, reduction="none").sum(0) / len(X)
            ce.mean().backward()
            total += ce.detach()
        opt.step()
        position_loss.append(total)
    position_loss = torch.stack(position_loss)
    return {
        "model": model,
        "loss": position_loss.mean(dim=1),
        "position_loss": position_loss,
        "vocabulary": vocabulary,
        "optimizer": optimizer,
    }
# %% confusion_matrix
def confusion_matrix(probabilities, targets):
    p = torch.as_tensor(probabilities, dtype=torch.float32)
    V = p.shape[1]
    C = torch.zeros(V, V).index_add_(0, targets, p)
    counts = torch.bincount(targets, minlength=V).clamp(min=1)
    return C / counts[:, None]
