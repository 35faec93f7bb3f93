# %% setup
import math
import torch
import torch.nn.functional as F
# %% build_cnn
class PlainNetwork(torch.nn.Module):
    """Bare parameters, no layers; flattens channels last."""

    def __init__(self, filters, k):
        super().__init__()
        a, b = filters

        def weight(*shape):
            bound = 1 / math.sqrt(math.prod(shape[1:]))
            return torch.nn.Parameter(torch.empty(shape).uniform_(-bound, bound))

        self.k = k
        self.w1, self.b1 = weight(a, 1, k, k), torch.nn.Parameter(torch.zeros(a))
        self.w2, self.b2 = weight(b, a, k, k), torch.nn.Parameter(torch.zeros(b))
        self.w3, self.b3 = weight(128, 49 * b), torch.nn.Parameter(torch.zeros(128))
        self.w4, self.b4 = weight(10, 128), torch.nn.Parameter(torch.zeros(10))

    def forward(self, x):
        p = self.k // 2
        x = F.conv2d(x, self.w1, self.b1, padding=p).clamp(min=0)
        x = F.adaptive_max_pool2d(x, 14)
        x = F.conv2d(x, self.w2, self.b2, padding=p).clamp(min=0)
        x = F.adaptive_max_pool2d(x, 7)
        x = x.permute(0, 2, 3, 1).reshape(len(x), -1)
        x = torch.maximum(x @ self.w3.T + self.b3, torch.zeros(()))
        return x @ self.w4.T + self.b4


def build_cnn(filters, kernel_size):
    return PlainNetwork(filters, kernel_size)
# %% count_parameters
def count_parameters(filters, kernel_size):
    a, b = filters
    return a * kernel_size**2 + a + a * b * kernel_size**2 + b + 6272 * b + 128 + 1290
# %% receptive_field
def receptive_field(kernel_size):
    # measured: gradient of one central unit with respect to the pixels, all weights one
    x = torch.zeros(1, 1, 28, 28)
    x.requires_grad_(True)
    w = torch.ones(1, 1, kernel_size, kernel_size)
    h = F.avg_pool2d(F.conv2d(x, w, padding=kernel_size // 2), 2)
    h = F.avg_pool2d(F.conv2d(h, w, padding=kernel_size // 2), 2)
    h[0, 0, 3, 3].backward()
    return int((x.grad[0, 0].abs().sum(0) > 0).sum())
# %% train_cnn
def train_cnn(filters, kernel_size, images, labels, epochs, seed, device):
    torch.manual_seed(seed)
    net = build_cnn(filters, kernel_size).to(device)
    X, y = images.to(device), labels.to(device)
    params = list(net.parameters())
    m = [torch.zeros_like(p) for p in params]
    v = [torch.zeros_like(p) for p in params]
    t, losses, accuracies = 0, [], []
    for _ in range(epochs):
        perm = torch.randperm(len(X), device=X.device)
        total = hits = 0.0
        for s in range(0, len(X), 64):
            i = perm[s : s + 64]
            z = net(X[i])
            logp = z - z.logsumexp(1, keepdim=True)
            loss = -logp[torch.arange(len(i)), y[i]].mean()
            grads = torch.autograd.grad(loss, params)
            t += 1
            with torch.no_grad():
                for p, g, mi, vi in zip(params, grads, m, v):
                    mi.mul_(0.9).add_(0.1 * g)
                    vi.mul_(0.999).add_(0.001 * g * g)
                    p -= 1e-3 * (mi / (1 - 0.9**t)) / ((vi / (1 - 0.999**t)).sqrt() + 1e-8)
            total += float(loss) * len(i)
            hits += float((z.argmax(1) == y[i]).sum())
        losses.append(torch.tensor(total / len(X)))
        accuracies.append(torch.tensor(hits / len(X)))
    return {"model": net, "train_loss": losses, "train_accuracy": accuracies, "optimizer": "by hand"}
# %% sweep
def hit_rate(net, X, y):
    net.eval()
    with torch.no_grad():
        return sum(int(net(x[None]).argmax()) == int(t) for x, t in zip(X, y)) / len(X)


def sweep(configurations, train, test, epochs, seed, device):
    records = []
    for number, (filters, kernel_size) in enumerate(configurations):
        torch.manual_seed(seed + number)
        net = torch.nn.Sequential(build_cnn(filters, kernel_size)).to(device)
        opt = torch.optim.Adam(net.parameters(), 1e-3)
        record = {"filters": tuple(filters), "kernel_size": kernel_size, "test_accuracy": [], "train_accuracy": []}
        for _ in range(epochs):
            net.train()
            for i in torch.split(torch.randperm(len(train[0])), 20):
                loss = F.cross_entropy(net(train[0][i].to(device)), train[1][i].to(device))
                opt.zero_grad()
                loss.backward()
                opt.step()
            record["train_accuracy"].append(hit_rate(net, train[0].to(device), train[1]))
            record["test_accuracy"].append(hit_rate(net, test[0].to(device), test[1]))
        record["parameters"] = count_parameters(filters, kernel_size)
        records.append(record)
    return records
