# mistake: targets_not_shifted
# %% make_windows
def make_windows(tokens, length):
    if len(tokens) <= length:
        raise ValueError
    X = torch.stack([tokens[i : i + length] for i in range(len(tokens) - length)])
    return X, X.clone()
