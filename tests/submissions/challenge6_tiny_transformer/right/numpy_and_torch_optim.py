# %% make_windows
def make_windows(tokens, length):
    T = tokens.shape[0]
    if T <= length:
        raise ValueError(f"need more than {length} tokens, got {T}")
    starts = torch.arange(T - length).unsqueeze(1)
    index = starts + torch.arange(length).unsqueeze(0)
    return tokens[index], tokens[index + 1]
# %% sgd_step
def sgd_step(w, g, lr):
    return w + (-lr) * g
# %% rmsprop_step
def rmsprop_step(w, g, v, lr, alpha=0.99, eps=1e-8):
    v_new = v + (1 - alpha) * (g * g - v)
    return w - lr / (v_new**0.5 + eps) * g, v_new
# %% adam_step
def adam_step(w, g, m, v, t, lr, beta1=0.9, beta2=0.999, eps=1e-8):
    m_new = m + (1 - beta1) * (g - m)
    v_new = v + (1 - beta2) * (np.square(g) - v)
    # the form that PyTorch uses: step size and denominator corrected separately
    step = lr / (1 - beta1**t)
    denominator = np.sqrt(v_new) / np.sqrt(1 - beta2**t) + eps
    return w - step * m_new / denominator, m_new, v_new
# %% train
def train(text, context, optimizer, lr, epochs, seed):
    vocabulary = sorted(list(set(text)))
    stoi = {c: i for i, c in enumerate(vocabulary)}
    data = torch.tensor([stoi[c] for c in text], dtype=torch.long)
    X, Y = make_windows(data, context)

    torch.manual_seed(seed)
    model = TinyTransformer(len(vocabulary), context)
    model.train()
    if optimizer == "SGD":
        opt = torch.optim.SGD(model.parameters(), lr=lr)
    elif optimizer == "Adam":
        opt = torch.optim.Adam(model.parameters(), lr=lr)
    elif optimizer == "RMSProp":
        opt = torch.optim.RMSprop(model.parameters(), lr=lr)
    else:
        raise ValueError(optimizer)

    losses = np.zeros(epochs)
    position_losses = np.zeros((epochs, context))
    for epoch in range(epochs):
        logits = model(X)
        V = logits.shape[-1]
        ce = torch.nn.functional.cross_entropy(logits.reshape(-1, V), Y.reshape(-1), reduction="none")
        ce = ce.view(X.shape)
        loss = ce.mean()
        opt.zero_grad()
        loss.backward()
        opt.step()
        losses[epoch] = loss.item()
        position_losses[epoch] = ce.detach().mean(dim=0).numpy()
    return {"model": model, "loss": losses, "position_loss": position_losses, "vocabulary": vocabulary}
# %% confusion_matrix
def confusion_matrix(probabilities, targets):
    targets = np.asarray(targets)
    V = probabilities.shape[1]
    onehot = np.eye(V)[targets]
    counts = onehot.sum(axis=0)
    return (onehot.T @ probabilities) / np.maximum(counts, 1)[:, None]
