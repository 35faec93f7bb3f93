# %% setup
import torch
import torch.nn as nn
import torch.nn.functional as F
from torch.utils.data import DataLoader, TensorDataset
# %% build_cnn
class CNN(nn.Module):
    def __init__(self, filters, kernel_size):
        super().__init__()
        n1, n2 = filters
        pad = (kernel_size - 1) // 2
        # declared back to front
        self.out = nn.Linear(128, 10)
        self.hidden = nn.Linear(n2 * 7 * 7, 128)
        self.second = nn.Conv2d(n1, n2, kernel_size, padding=pad)
        self.first = nn.Conv2d(1, n1, kernel_size, padding=pad)

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.first(x)), kernel_size=2)
        x = F.max_pool2d(F.relu(self.second(x)), kernel_size=2)
        x = x.view(x.size(0), -1)
        return self.out(F.relu(self.hidden(x)))


def build_cnn(filters, kernel_size):
    return CNN(filters, kernel_size)
# %% count_parameters
def count_parameters(filters, kernel_size):
    return sum(p.numel() for p in build_cnn(filters, kernel_size).parameters() if p.requires_grad)
# %% receptive_field
def receptive_field(kernel_size):
    return 3 * kernel_size + 1
# %% train_cnn
def train_cnn(filters, kernel_size, images, labels, epochs, seed, device):
    torch.manual_seed(seed)
    net = build_cnn(filters, kernel_size).to(device)
    opt = torch.optim.Adam(net.parameters(), lr=0.001)
    loader = DataLoader(TensorDataset(images, labels), batch_size=64, shuffle=True)
    losses, accs = [], []
    for epoch in range(epochs):
        net.train()
        total, correct, seen = 0.0, 0, 0
        for xb, yb in loader:
            xb, yb = xb.to(device), yb.to(device)
            opt.zero_grad()
            out = net(xb)
            loss = F.cross_entropy(out, yb)
            loss.backward()
            opt.step()
            total += loss.item() * xb.size(0)
            correct += (out.argmax(1) == yb).sum().item()
            seen += xb.size(0)
        losses.append(total / seen)
        accs.append(correct / seen)
    return {"model": net, "train_loss": losses, "train_accuracy": accs}
# %% sweep
def sweep(configurations, train, test, epochs, seed, device):
    def accuracy(net, data):
        net.eval()
        hits = 0
        with torch.no_grad():
            for xb, yb in DataLoader(TensorDataset(*data), batch_size=256):
                hits += (net(xb.to(device)).argmax(1) == yb.to(device)).sum().item()
        return hits / len(data[0])

    results = []
    for filters, kernel_size in configurations:
        torch.manual_seed(seed)
        net = build_cnn(filters, kernel_size).to(device)
        opt = torch.optim.Adam(net.parameters(), lr=0.001)
        record = {"filters": filters, "kernel_size": kernel_size,
                  "parameters": sum(p.numel() for p in net.parameters()),
                  "train_accuracy": [], "test_accuracy": []}
        for epoch in range(epochs):
            net.train()
            for xb, yb in DataLoader(TensorDataset(*train), batch_size=64, shuffle=True):
                opt.zero_grad()
                F.cross_entropy(net(xb.to(device)), yb.to(device)).backward()
                opt.step()
            record["train_accuracy"].append(accuracy(net, train))
            record["test_accuracy"].append(accuracy(net, test))
        results.append(record)
    return results
