# mistake: without_biases
# %% setup
import torch
import torch.nn.functional as F
from torch import nn
# %% build_cnn
def build_cnn(filters, kernel_size):
    def stage(i, o):
        return [nn.Conv2d(i, o, kernel_size, padding="same", bias=False), nn.ReLU(), nn.MaxPool2d(2)]
    return nn.Sequential(*stage(1, filters[0]), *stage(*filters), nn.Flatten(), nn.Linear(filters[1] * 49, 128),
                         nn.ReLU(), nn.Linear(128, 10))
