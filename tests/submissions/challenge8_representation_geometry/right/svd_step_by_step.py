# %% setup
import scipy.linalg
# %% principal_components
def principal_components(X, k):
    mean = np.zeros(X.shape[1])
    for row in X:
        mean += row / len(X)
    U, s, Vt = scipy.linalg.svd(X - mean, full_matrices=True)
    variances = np.zeros(k)
    for j in range(min(k, len(s))):
        variances[j] = s[j] * s[j] / (X.shape[0] - 1)
    return -Vt[:k], variances
# %% intrinsic_dimension
def intrinsic_dimension(X, energy=0.90):
    if np.ptp(X, axis=0).max() == 0:
        return 0
    k = min(X.shape)
    _, variances = principal_components(X, k)
    for d in range(1, k + 1):
        if sum(variances[:d]) / sum(variances) >= energy:
            return d
    return k
# %% participation_ratio
def participation_ratio(X):
    if (X == X[0]).all():
        return np.float64(0)
    s = scipy.linalg.svdvals(X - X.mean(axis=0))
    s = s / s[0]
    return (s**2).sum() ** 2 / (s**4).sum()
# %% layer_activations
def layer_activations(model, images):
    # pre-hooks see what goes in, ReLUs are followed by hand
    was = {module: module.training for module in model.modules()}
    grad = torch.is_grad_enabled()
    model.eval()
    torch.set_grad_enabled(False)
    stored = {}
    hooks = [getattr(model, n).register_forward_hook(lambda m, i, o, n=n: stored.__setitem__(n, o)) for n in ("conv1", "conv2", "fc1")]
    model(images)
    for hook in hooks:
        hook.remove()
    torch.set_grad_enabled(grad)
    for module, mode in was.items():
        module.training = mode
    n = len(images)
    out = {}
    for number, name in enumerate(("conv1", "conv2", "fc1"), start=1):
        z = stored[name].cpu().numpy().reshape(n, -1)
        out[name] = z
        out[f"relu{number}"] = np.maximum(z, 0)
    return out
# %% reduced_data_study
def reduced_data_study(sizes, train, test, epochs, seed, device):
    def score(net, x, y):
        net.eval()
        with torch.inference_mode():
            return torch.cat([(net(a).argmax(1) == b) for a, b in zip(x.split(64), y.split(64))]).double().mean().item()

    table = []
    for number, size in enumerate(sizes):
        torch.manual_seed(seed + 100 * number)
        net = SimpleCNN()
        net.to(device)
        x, y = train[0][:size].to(device), train[1][:size].to(device)
        adam = torch.optim.Adam(net.parameters(), lr=1e-3)
        for epoch in range(epochs):
            net.train()
            order = torch.randperm(size)
            for start in range(0, size, 64):
                batch = order[start:start + 64]
                loss = torch.nn.functional.cross_entropy(net(x[batch]), y[batch])
                adam.zero_grad()
                loss.backward()
                adam.step()
        relu3 = np.asarray(layer_activations(net, test[0].to(device))["relu3"], dtype=np.float64)
        table.append({"size": size, "train_accuracy": score(net, x, y),
                      "test_accuracy": score(net, test[0].to(device), test[1].to(device)),
                      "dimension": intrinsic_dimension(relu3)})
    return table
