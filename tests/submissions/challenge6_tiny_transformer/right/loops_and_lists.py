# %% setup
import math
import torch.nn as nn
from torch.utils.data import DataLoader, TensorDataset
# %% make_windows
def make_windows(tokens, length):
    if len(tokens) - length < 1:
        raise ValueError("the text is too short")
    X, Y = [], []
    for i in range(len(tokens) - length):
        X.append(tokens[i : i + length])
        Y.append(tokens[i + 1 : i + length + 1])
    return [torch.stack(X), torch.stack(Y)]
# %% sgd_step
def sgd_step(w, g, lr):
    new = np.empty_like(w)
    for index in np.ndindex(w.shape):
        new[index] = w[index] - lr * g[index]
    return new.tolist()
# %% rmsprop_step
def rmsprop_step(w, g, v, lr, alpha=0.99, eps=1e-8):
    w, v = w.copy(), v.copy()
    for index in np.ndindex(w.shape):
        v[index] = alpha * v[index] + (1 - alpha) * g[index] ** 2
        w[index] -= lr * g[index] / (math.sqrt(v[index]) + eps)
    return [w.tolist(), v.tolist()]
# %% adam_step
def adam_step(w, g, m, v, t, lr, beta1=0.9, beta2=0.999, eps=1e-8):
    w, m, v = np.array(w), np.array(m), np.array(v)
    for index in np.ndindex(w.shape):
        m[index] = beta1 * m[index] + (1 - beta1) * g[index]
        v[index] = beta2 * v[index] + (1 - beta2) * g[index] ** 2
        corrected_m = m[index] / (1 - math.pow(beta1, t))
        corrected_v = v[index] / (1 - math.pow(beta2, t))
        w[index] = w[index] - lr * corrected_m / (math.sqrt(corrected_v) + eps)
    return [w, m, v]
# %% train
def train(text, context, optimizer, lr, epochs, seed):
    chars = []
    for c in text:
        if c not in chars:
            chars.append(c)
    chars.sort()
    ids = torch.LongTensor([chars.index(c) for c in text])
    X, Y = make_windows(ids, context)

    torch.manual_seed(seed)
    model = TinyTransformer(vocabulary_size=len(chars), context=context)
    classes = {"sgd": torch.optim.SGD, "adam": torch.optim.Adam, "rmsprop": torch.optim.RMSprop}
    opt = classes[optimizer.lower()](model.parameters(), lr)
    loader = DataLoader(TensorDataset(X, Y), batch_size=len(X), shuffle=True)
    criterion = nn.CrossEntropyLoss()
    losses, by_position = [], []
    for _ in range(epochs):
        for xb, yb in loader:  # a single batch, whose order does not matter
            opt.zero_grad()
            logits = model(xb)
            terms = [criterion(logits[:, i, :], yb[:, i]) for i in range(context)]
            loss = sum(terms) / context
            loss.backward()
            opt.step()
            losses.append(loss)
            by_position.append([term.item() for term in terms])
    return {"model": model.eval(), "loss": losses, "position_loss": by_position, "vocabulary": tuple(chars)}
# %% confusion_matrix
def confusion_matrix(probabilities, targets):
    n, V = probabilities.shape
    rows = []
    for t in range(V):
        total, count = [0.0] * V, 0
        for k in range(n):
            if int(targets[k]) == t:
                count += 1
                for j in range(V):
                    total[j] += probabilities[k, j]
        rows.append([x / count if count else 0.0 for x in total])
    return rows
