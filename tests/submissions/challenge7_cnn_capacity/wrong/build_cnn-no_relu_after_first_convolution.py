# %% setup
import torch
import torch.nn.functional as F
from torch import nn
# %% build_cnn
class Net(nn.Module):
    def __init__(self, filters, kernel_size):
        super().__init__()
        p = kernel_size // 2
        self.conv1 = nn.Conv2d(1, filters[0], kernel_size, padding=p)
        self.conv2 = nn.Conv2d(filters[0], filters[1], kernel_size, padding=p)
        self.fc1 = nn.Linear(filters[1] * 49, 128)
        self.fc2 = nn.Linear(128, 10)

    def forward(self, x):
        x = F.max_pool2d(self.conv1(x), 2)
        x = F.max_pool2d(F.relu(self.conv2(x)), 2)
        return self.fc2(F.relu(self.fc1(x.flatten(1))))


def build_cnn(filters, kernel_size):
    return Net(filters, kernel_size)
