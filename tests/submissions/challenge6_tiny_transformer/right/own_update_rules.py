# %% make_windows
def make_windows(tokens, length):
    if tokens.numel() <= length:
        raise ValueError("no window has a successor")
    both = tokens.unfold(0, length + 1, 1)
    return both[:, :-1], both[:, 1:]
# %% sgd_step
def sgd_step(w, g, lr):
    new = w.copy()
    new -= lr * g
    return new
# %% rmsprop_step
def rmsprop_step(w, g, v, lr, alpha=0.99, eps=1e-8):
    v = alpha * v + (1.0 - alpha) * np.power(g, 2)
    return w - np.divide(lr * g, np.sqrt(v) + eps), v
# %% adam_step
def adam_step(w, g, m, v, t, lr, beta1=0.9, beta2=0.999, eps=1e-8):
    m = beta1 * m + (1.0 - beta1) * g
    v = beta2 * v + (1.0 - beta2) * g * g
    m_hat, v_hat = m / (1.0 - beta1**t), v / (1.0 - beta2**t)
    return w - lr * m_hat / (np.sqrt(v_hat) + eps), m, v
# %% train
def train(text, context, optimizer, lr, epochs, seed):
    vocabulary = np.unique(list(text))
    number = {str(c): i for i, c in enumerate(vocabulary)}
    X, Y = make_windows(torch.tensor([number[c] for c in text]), context)
    torch.manual_seed(seed)
    model = TinyTransformer(len(vocabulary), context)
    parameters = list(model.parameters())
    flat = torch.nn.utils.parameters_to_vector(parameters).detach().double().numpy()
    m, v = np.zeros_like(flat), np.zeros_like(flat)
    history = []
    for t in range(1, epochs + 1):
        log_p = torch.log_softmax(model(X), dim=-1)
        each = -log_p.gather(2, Y[:, :, None])[:, :, 0]
        history.append(each.mean(0).detach().double().numpy())
        gradient = torch.autograd.grad(each.mean(), parameters)
        g = torch.cat([part.reshape(-1) for part in gradient]).double().numpy()
        if optimizer == "SGD":
            flat = sgd_step(flat, g, lr)
        elif optimizer == "RMSProp":
            flat, v = rmsprop_step(flat, g, v, lr)
        else:
            flat, m, v = adam_step(flat, g, m, v, t, lr)
        with torch.no_grad():
            torch.nn.utils.vector_to_parameters(torch.tensor(flat, dtype=torch.float32), parameters)
    history = np.array(history)
    return dict(model=model, loss=history.mean(axis=1), position_loss=history, vocabulary=vocabulary)
# %% confusion_matrix
def confusion_matrix(probabilities, targets):
    V = probabilities.shape[1]
    C = np.zeros((V, V))
    np.add.at(C, targets.numpy(), probabilities)
    counts = np.bincount(targets.numpy(), minlength=V)
    present = counts > 0
    C[present] /= counts[present, None]
    return C
