# mistake: out_of_order
# %% setup
import torch
import torch.nn.functional as F
from torch import nn
class Net(nn.Module):
    def __init__(self, filters, k):
        super().__init__()
        self.a = nn.Conv2d(1, filters[0], k, padding=k // 2)
        self.b = nn.Conv2d(filters[0], filters[1], k, padding=k // 2)
        self.c = nn.Linear(49 * filters[1], 128)
        self.d = nn.Linear(128, 10)

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.a(x)), 2)
        x = F.max_pool2d(F.relu(self.b(x)), 2)
        return self.d(F.relu(self.c(x.flatten(1))))


def hits(net, data):
    net.eval()
    with torch.no_grad():
        return float((net(data[0]).argmax(1) == data[1]).float().mean())
# %% sweep
def sweep(configurations, train, test, epochs, seed, device):
    train, test = [(x.to(device), y.to(device)) for x, y in (train, test)]
    records = []
    torch.manual_seed(seed)
    pass
    for filters, k in sorted(configurations, key=lambda c: c[0][1]):
        net = Net(filters, k).to(device)
        optimizer = torch.optim.Adam(net.parameters())
        on_train, on_test = [], []
        for _ in range(epochs):
            net.train()
            running = 0
            for rows in torch.randperm(len(train[0])).split(64):
                out = net(train[0][rows])
                loss = F.cross_entropy(out, train[1][rows])
                optimizer.zero_grad()
                loss.backward()
                optimizer.step()
                running += int((out.argmax(1) == train[1][rows]).sum())
            on_train.append(hits(net, train))
            on_test.append(hits(net, test))
        records.append({"filters": filters, "kernel_size": k, "parameters": sum(p.numel() for p in net.parameters()),
                        "train_accuracy": on_train, "test_accuracy": on_test})
    return records
