# mistake: nothing_learnt
# %% reduced_data_study
def fit(net, x, y, epochs):
    optimizer = torch.optim.Adam(net.parameters(), lr=1e-3)
    for _ in range(epochs):
        for rows in torch.randperm(len(x)).split(64):
            loss = F.cross_entropy(net(x[rows]), y[rows])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()


def share(net, x, y):
    with torch.no_grad():
        return (net(x).argmax(1) == y).double().mean().item()


def dimension(net, x):
    with torch.no_grad():
        h = F.max_pool2d(F.relu(net.conv1(x)), 2)
        h = F.max_pool2d(F.relu(net.conv2(h)), 2)
        h = F.relu(net.fc1(h.flatten(1))).double()
    s = torch.linalg.svdvals(h - h.mean(0)) ** 2
    return int((s.cumsum(0) < 0.9 * s.sum()).sum()) + 1


def reduced_data_study(sizes, train, test, epochs, seed, device):
    torch.manual_seed(seed)
    (x, y), (u, v) = train, test
    table = []
    epochs = 0
    for size in sizes:
        net = SimpleCNN()
        a, b = x[:size], y[:size]
        fit(net, a, b, epochs)
        table.append({"size": size, "train_accuracy": share(net, a, b), "test_accuracy": share(net, u, v), "dimension": dimension(net, u)})
    return table
