# %% principal_components
def principal_components(X, k):
    X = torch.tensor(X, dtype=torch.float64)
    X = (X - X.mean(0)).float()
    U, S, Vh = torch.linalg.svd(X, full_matrices=False)
    return Vh[:k], S[:k] ** 2 / (X.shape[0] - 1)
# %% intrinsic_dimension
def intrinsic_dimension(X, energy=0.90):
    X = torch.as_tensor(X, dtype=torch.float64)
    s2 = torch.linalg.svdvals((X - X.mean(dim=0)).float()) ** 2
    if float(s2.sum()) == 0.0:
        return torch.tensor(0)
    ratio = torch.cumsum(s2, 0) / s2.sum()
    return (ratio < energy).sum() + 1
# %% participation_ratio
def participation_ratio(X):
    Y = torch.as_tensor(X)
    Y = Y - Y.mean(0, keepdim=True)
    scale = Y.abs().max()
    if scale == 0:
        return torch.tensor(0.0)
    lam = torch.linalg.svdvals((Y / scale).float()).square()
    return lam.sum().square() / lam.square().sum()
# %% layer_activations
@torch.no_grad()
def layer_activations(model, images):
    flat = torch.nn.Flatten()
    a = {}
    a["conv1"] = model.conv1(images)
    a["relu1"] = a["conv1"].clamp(min=0)
    a["conv2"] = model.conv2(torch.max_pool2d(a["relu1"], 2))
    a["relu2"] = a["conv2"].clamp(min=0)
    a["fc1"] = model.fc1(flat(torch.max_pool2d(a["relu2"], 2)))
    a["relu3"] = a["fc1"].clamp(min=0)
    return {name: flat(value).cpu().numpy() for name, value in a.items()}
# %% reduced_data_study
def reduced_data_study(sizes, train, test, epochs, seed, device):
    X, y, Xt, yt = (tensor.to(device) for pair in (train, test) for tensor in pair)
    records = []
    torch.manual_seed(seed)
    for n in sizes:
        model = SimpleCNN().to(device)
        optimizer = torch.optim.Adam(model.parameters(), lr=0.001)
        for _ in range(epochs):
            for rows in torch.randperm(n, device=X.device).split(64):
                loss = torch.nn.functional.cross_entropy(model(X[:n][rows]), y[:n][rows])
                optimizer.zero_grad(set_to_none=True)
                loss.backward()
                optimizer.step()
        model.eval()
        with torch.no_grad():
            on_train = (model(X[:n]).argmax(1) == y[:n]).float().mean()
            on_test = (model(Xt).argmax(1) == yt).float().mean()
        relu3 = torch.as_tensor(layer_activations(model, Xt)["relu3"])
        records.append({"size": torch.tensor(n), "train_accuracy": on_train, "test_accuracy": on_test,
                        "dimension": intrinsic_dimension(relu3)})
    return records
