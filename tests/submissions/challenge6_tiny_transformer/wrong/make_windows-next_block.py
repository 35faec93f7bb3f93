# %% make_windows
def make_windows(tokens, length):
    if len(tokens) <= length:
        raise ValueError("too short")
    padded = torch.cat([tokens, torch.zeros(length, dtype=tokens.dtype)])
    n = len(tokens) - length
    X = torch.stack([padded[i : i + length] for i in range(n)])
    Y = torch.stack([padded[i + length : i + 2 * length] for i in range(n)])
    return X, Y
