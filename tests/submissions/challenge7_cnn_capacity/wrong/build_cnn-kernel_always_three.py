# %% setup
import torch
import torch.nn.functional as F
from torch import nn
# %% build_cnn
def build_cnn(filters, kernel_size):
    layers, before = [], 1
    for f in filters:
        layers += [nn.Conv2d(before, f, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2)]
        before = f
    return nn.Sequential(*layers, nn.Flatten(), nn.Linear(before * 49, 128), nn.ReLU(), nn.Linear(128, 10))
