# %% principal_components
def principal_components(X, k):
    C = np.cov(X, rowvar=False, ddof=1).reshape(X.shape[1], X.shape[1])
    lam, V = np.linalg.eigh(C)
    order = np.argsort(lam)[::-1][:k]
    return V[:, order].T, np.maximum(lam[order], 0)
# %% intrinsic_dimension
def intrinsic_dimension(X, energy=0.90):
    if len(X) < 2:
        return 0
    lam = np.linalg.eigvalsh(np.cov(X.T).reshape(X.shape[1], X.shape[1]))[::-1]
    if lam.sum() <= 0:
        return 0
    total, d = 0.0, 0
    while total < energy * lam.sum():
        total += lam[d]
        d += 1
    return d
# %% participation_ratio
def participation_ratio(X):
    Y = X - X.mean(0)
    G = Y.T @ Y
    if not np.any(G):
        return 0
    G = G / np.trace(G)
    return np.trace(G) ** 2 / np.trace(G @ G)
# %% layer_activations
def layer_activations(model, images):
    caught, handles = {}, []

    def catch(name):
        def hook(module, inputs, output):
            caught[name] = output.detach().clone().flatten(1)
        return hook

    for name in ("conv1", "conv2", "fc1"):
        handles.append(getattr(model, name).register_forward_hook(catch(name)))
    try:
        with torch.no_grad():
            model(images)
    finally:
        for handle in handles:
            handle.remove()
    for before, after in (("conv1", "relu1"), ("conv2", "relu2"), ("fc1", "relu3")):
        caught[after] = torch.relu(caught[before])
    return caught
# %% reduced_data_study
def reduced_data_study(sizes, train, test, epochs, seed, device):
    from torch.utils.data import DataLoader, TensorDataset
    out = []
    for size in sizes:
        torch.manual_seed(seed)
        net = SimpleCNN().to(device)
        opt = torch.optim.Adam(net.parameters(), lr=1e-3)
        part = TensorDataset(train[0][:size], train[1][:size])
        for _ in range(epochs):
            net.train()
            for x, y in DataLoader(part, batch_size=64, shuffle=True):
                opt.zero_grad()
                F.cross_entropy(net(x.to(device)), y.to(device)).backward()
                opt.step()
        net.eval()

        def accuracy(data):
            good = 0
            with torch.no_grad():
                for x, y in DataLoader(data, batch_size=100):
                    good += (net(x.to(device)).argmax(1) == y.to(device)).sum().item()
            return good / len(data)

        acts = layer_activations(net, test[0].to(device))
        out.append({"size": size, "train_accuracy": accuracy(part), "test_accuracy": accuracy(TensorDataset(*test)),
                    "dimension": intrinsic_dimension(acts["relu3"].cpu().numpy())})
    return out
