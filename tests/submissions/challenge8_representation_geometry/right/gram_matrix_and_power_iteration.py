# %% setup
import copy
import scipy.linalg
# %% principal_components
def principal_components(X, k):
    # one direction after another, each by scipy on what the earlier ones left
    Y = X - np.mean(X, axis=0)
    n, D = Y.shape
    found, variances = np.zeros((0, D)), []
    for _ in range(k):
        rest = scipy.linalg.null_space(found) if len(found) else np.eye(D)
        Z = Y @ rest
        w, v = scipy.linalg.eigh(Z.T @ Z / (n - 1), subset_by_index=[rest.shape[1] - 1, rest.shape[1] - 1])
        found = np.vstack([found, rest @ v[:, 0]])
        variances.append(w[0])
    return found.tolist(), variances
# %% intrinsic_dimension
def intrinsic_dimension(X, energy=0.90):
    Y = X - X.mean(axis=0)
    K = Y @ Y.T
    values = sorted(scipy.linalg.eigvalsh(K), reverse=True)
    if np.trace(K) == 0:
        return 0.0
    shares = np.add.accumulate(values) / np.trace(K)
    return float(np.searchsorted(shares, energy) + 1)
# %% participation_ratio
def participation_ratio(X):
    Y = np.asarray(X) - np.mean(X, axis=0)
    K = Y @ Y.T
    bottom = np.sum(K * K)
    return np.trace(K) ** 2 / bottom if bottom > 0 else 0.0
# %% layer_activations
def layer_activations(model, images):
    twin = copy.deepcopy(model).eval()
    result = {}
    names = {twin.conv1: ("conv1", "relu1"), twin.conv2: ("conv2", "relu2"), twin.fc1: ("fc1", "relu3")}

    def watch(module, inputs, output):
        before, after = names[module]
        result[before] = output.reshape(len(images), -1)
        result[after] = output.reshape(len(images), -1).relu()

    for module in names:
        module.register_forward_hook(watch)
    twin(images)
    return result
# %% reduced_data_study
def train_one(X, y, epochs, device):
    model = SimpleCNN().to(device)
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3)
    rng = np.random.default_rng(0)
    for _ in range(epochs):
        model.train()
        order = rng.permutation(len(X))
        for i in range(0, len(X), 32):
            rows = order[i:i + 32]
            optimizer.zero_grad()
            torch.nn.CrossEntropyLoss()(model(X[rows]), y[rows]).backward()
            optimizer.step()
    return model.eval()


def reduced_data_study(sizes, train, test, epochs, seed, device):
    torch.manual_seed(seed)
    X, y = train[0].to(device), train[1].to(device)
    models = [train_one(X[:size], y[:size], epochs, device) for size in sizes]
    study = []
    for size, model in zip(sizes, models):
        with torch.no_grad():
            fit = np.mean([int(model(x[None]).argmax()) == int(t) for x, t in zip(X[:size], y[:size])])
            predicted = model(test[0].to(device)).argmax(1).cpu().numpy()
        inner = layer_activations(model, test[0].to(device))["relu3"].detach().cpu().double().numpy()
        study.append(dict(size=float(size), train_accuracy=fit, test_accuracy=np.mean(predicted == test[1].cpu().numpy()),
                          dimension=intrinsic_dimension(inner)))
    return tuple(study)
