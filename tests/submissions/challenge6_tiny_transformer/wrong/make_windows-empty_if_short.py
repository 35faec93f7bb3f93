# mistake: never_raises
# %% make_windows
def make_windows(tokens, length):
    n = max(len(tokens) - length, 0)
    X = torch.zeros((n, length), dtype=torch.long)
    Y = torch.zeros((n, length), dtype=torch.long)
    for i in range(n):
        X[i], Y[i] = tokens[i : i + length], tokens[i + 1 : i + 1 + length]
    return X, Y
