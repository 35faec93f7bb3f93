# mistake: without_padding
# %% setup
import torch
import torch.nn.functional as F
from torch import nn
# %% build_cnn
def build_cnn(filters, kernel_size):
    a, b = filters
    features = nn.Sequential(nn.Conv2d(1, a, kernel_size), nn.ReLU(), nn.MaxPool2d(2),
                             nn.Conv2d(a, b, kernel_size), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten())
    size = features(torch.zeros(1, 1, 28, 28)).shape[1]
    return nn.Sequential(features, nn.Linear(size, 128), nn.ReLU(), nn.Linear(128, 10))
