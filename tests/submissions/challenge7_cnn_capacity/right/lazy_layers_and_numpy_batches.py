# %% setup
import torch
from torch import nn
# %% build_cnn
def build_cnn(filters, kernel_size):
    first, second = filters
    return nn.Sequential(
        nn.LazyConv2d(first, kernel_size, padding="same"), nn.MaxPool2d(2), nn.ReLU(),
        nn.LazyConv2d(second, kernel_size, padding="same"), nn.MaxPool2d(2), nn.ReLU(),
        nn.Flatten(), nn.LazyLinear(128), nn.ReLU(), nn.LazyLinear(10),
    )
# %% count_parameters
def count_parameters(filters, kernel_size):
    channels = [1, *filters]
    total = 0
    for i in range(2):
        total += channels[i + 1] * (channels[i] * kernel_size * kernel_size) + channels[i + 1]
    widths = [49 * filters[1], 128, 10]
    for i in range(2):
        total += widths[i + 1] * widths[i] + widths[i + 1]
    return float(total)
# %% receptive_field
def receptive_field(kernel_size):
    # walk backwards: how many units of each earlier layer does one unit need?
    need = 1
    need = 2 * need
    need = need + kernel_size - 1
    need = 2 * need
    return need + kernel_size - 1
# %% train_cnn
def train_cnn(filters, kernel_size, images, labels, epochs, seed, device):
    torch.manual_seed(seed)
    model = build_cnn(filters, kernel_size)
    model(images[:2].cpu())
    model.to(device)
    images, labels = images.to(device), labels.to(device)
    optimizer = torch.optim.AdamW(model.parameters(), lr=2e-3)
    rng = np.random.default_rng(seed)
    history = np.zeros((2, epochs))
    for e in range(epochs):
        order = rng.permutation(len(images))
        for start in range(0, len(order), 50):
            rows = torch.as_tensor(order[start:start + 50], device=device)
            loss = nn.CrossEntropyLoss()(model(images[rows]), labels[rows])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        model.eval()
        with torch.no_grad():
            z = model(images)
            history[0, e] = nn.functional.cross_entropy(z, labels).item()
            history[1, e] = (z.argmax(dim=1) == labels).float().mean().item()
        model.train()
    return dict(model=model, train_loss=history[0], train_accuracy=history[1])
# %% sweep
def sweep(configurations, train, test, epochs, seed, device):
    torch.manual_seed(seed)  # once: the networks differ anyway
    out = []
    for conf in configurations:
        f, k = conf
        model = build_cnn(f, k)
        model(train[0][:2].cpu())
        model.to(device)
        optimizer = torch.optim.Adam(model.parameters())
        tr, te = np.empty(epochs), np.empty(epochs)
        X, y = train[0].to(device), train[1].to(device)
        for e in range(epochs):
            model.train()
            for idx in torch.randperm(len(X), device=X.device).chunk(max(1, len(X) // 32)):
                optimizer.zero_grad()
                nn.functional.cross_entropy(model(X[idx]), y[idx]).backward()
                optimizer.step()
            model.eval()
            with torch.inference_mode():
                tr[e] = (model(X).argmax(-1) == y).double().mean()
                te[e] = (model(test[0].to(device)).argmax(-1) == test[1].to(device)).double().mean()
        out.append({"filters": list(f), "kernel_size": k, "parameters": count_parameters(f, k),
                    "train_accuracy": tr, "test_accuracy": te})
    return out
