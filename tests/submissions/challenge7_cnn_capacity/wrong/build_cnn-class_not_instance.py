# %% setup
from torch import nn
# %% build_cnn
def build_cnn(filters, kernel_size):
    class Net(nn.Module):
        def forward(self, x):
            return x

    return Net
