# mistake: recorded_after_the_update
# %% setup
import torch.nn.functional as F
# %% train
def train(text, context, optimizer, lr, epochs, seed):
    vocabulary = sorted(set(text))
    data = torch.tensor([vocabulary.index(c) for c in text])
    n = len(data) - context
    X = torch.stack([data[i : i + context] for i in range(n)])
    Y = torch.stack([data[i + 1 : i + context + 1] for i in range(n)])
    torch.manual_seed(seed)
    model = TinyTransformer(len(vocabulary), context)
    opt = {"SGD": torch.optim.SGD, "Adam": torch.optim.Adam, "RMSProp": torch.optim.RMSprop}[optimizer](
        model.parameters(), lr=lr
    )
    loss_history, position_history = [], []
    for epoch in range(epochs):
        opt.zero_grad()
        ce = F.cross_entropy(model(X).transpose(1, 2), Y, reduction="none")
        loss = ce.mean()
        loss.backward()
        opt.step()
        with torch.no_grad():
            ce = F.cross_entropy(model(X).transpose(1, 2), Y, reduction="none")
        loss_history.append(ce.mean().item())
        position_history.append(ce.mean(dim=0).tolist())
    return {"model": model, "loss": loss_history, "position_loss": position_history, "vocabulary": vocabulary}
