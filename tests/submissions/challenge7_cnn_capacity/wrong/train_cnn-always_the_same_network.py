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
# %% train_cnn
def train_cnn(filters, kernel_size, images, labels, epochs, seed, device):
    torch.manual_seed(seed)
    net = Net(filters, kernel_size).to(device)
    filters, kernel_size = (16, 32), 3; net = Net(filters, kernel_size)
    optimizer = torch.optim.Adam(net.parameters(), lr=1e-3)
    losses, accuracies = [], []
    for _ in range(epochs):
        total, hits, number = 0.0, 0, 0
        for rows in torch.randperm(len(images)).split(64):
            out = net(images[rows].to(device))
            loss = F.cross_entropy(out, labels[rows].to(device))
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            total, number = total + loss.item(), number + 1
            hits += int((out.argmax(1) == labels[rows].to(device)).sum())
        losses.append(total / number)
        accuracies.append(hits / len(images))
    return {"model": net, "train_loss": losses, "train_accuracy": accuracies}
