# mistake: only_the_last_target
# %% make_windows
def make_windows(tokens, length):
    n = len(tokens) - length
    if n < 1:
        raise ValueError("sequence shorter than window")
    X = torch.stack([tokens[i : i + length] for i in range(n)])
    Y = torch.stack([tokens[i + length] for i in range(n)])
    return X, Y
