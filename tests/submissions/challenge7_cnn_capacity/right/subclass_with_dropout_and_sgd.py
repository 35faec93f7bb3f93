# %% setup
import torch
from torch import nn, optim
# %% build_cnn
class Block(nn.Module):
    def __init__(self, a, b, k):
        super().__init__()
        self.body = nn.ModuleList([nn.Conv2d(a, b, k, 1, k // 2), nn.MaxPool2d(kernel_size=2, stride=2)])

    def forward(self, x):
        return self.body[1](torch.relu_(self.body[0](x)))


class Network(nn.Module):
    def __init__(self, filters, k):
        super().__init__()
        self.features = nn.Sequential(Block(1, filters[0], k), Block(filters[0], filters[1], k))
        self.classifier = nn.Sequential(nn.Linear(filters[1] * 49, 128), nn.ReLU(inplace=True), nn.Dropout(0.1),
                                        nn.Linear(128, 10))

    def forward(self, images):
        return self.classifier(torch.flatten(self.features(images), start_dim=1))


def build_cnn(filters, kernel_size):
    return Network(filters, kernel_size)
# %% count_parameters
def count_parameters(filters, kernel_size):
    return np.sum([np.prod(p.shape) for p in build_cnn(filters, kernel_size).parameters()]).astype(int)
# %% receptive_field
def receptive_field(kernel_size):
    r, jump = 1, 1
    for k, s in ((kernel_size, 1), (2, 2)) * 2:
        r, jump = r + (k - 1) * jump, jump * s
    return r
# %% train_cnn
def train_cnn(filters, kernel_size, images, labels, epochs, seed, device):
    torch.manual_seed(seed)
    model = build_cnn(filters, kernel_size).to(device)
    optimizer = optim.SGD(model.parameters(), lr=0.05, momentum=0.9)
    criterion = nn.CrossEntropyLoss()
    train_loss, train_accuracy = torch.zeros(epochs), torch.zeros(epochs)
    n = images.shape[0]
    for epoch in range(epochs):
        model.train()
        shuffled = torch.randperm(n)
        for batch in range(0, n, 32):
            index = shuffled[batch:batch + 32]
            x, y = images[index].to(device), labels[index].to(device)
            output = model(x)
            loss = criterion(output, y)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            train_loss[epoch] += loss.detach().cpu() * len(index) / n
            train_accuracy[epoch] += (output.argmax(1) == y).sum().cpu() / n
    return {"model": model, "train_loss": train_loss, "train_accuracy": train_accuracy}
# %% sweep
def sweep(configurations, train, test, epochs, seed, device):
    @torch.no_grad()
    def score(model, images, labels):
        return (model.eval()(images.to(device)).argmax(1) == labels.to(device)).sum().item() / labels.numel()

    def one(filters, kernel_size):
        # one epoch at a time, on the same model and optimizer
        torch.manual_seed(seed)
        model = build_cnn(filters, kernel_size).to(device)
        optimizer = optim.Adam(model.parameters(), lr=1e-3)
        for _ in range(epochs):
            model.train()
            for index in torch.randperm(len(train[0])).split(64):
                loss = nn.functional.cross_entropy(model(train[0][index].to(device)), train[1][index].to(device))
                optimizer.zero_grad()
                loss.backward()
                optimizer.step()
            yield score(model, *train), score(model, *test)

    results = ()
    for filters, kernel_size in configurations:
        on_train, on_test = zip(*one(filters, kernel_size))
        results += ({"kernel_size": kernel_size, "filters": filters, "train_accuracy": on_train,
                     "test_accuracy": on_test, "parameters": int(count_parameters(filters, kernel_size))},)
    return results
