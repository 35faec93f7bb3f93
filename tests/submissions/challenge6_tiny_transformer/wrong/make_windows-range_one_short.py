# mistake: dropped_the_last_window
# %% make_windows
def make_windows(tokens, length):
    n = len(tokens) - length
    if n <= 0:
        raise ValueError("too short")
    X = [tokens[i : i + length].tolist() for i in range(n - 1)]
    Y = [tokens[i + 1 : i + length + 1].tolist() for i in range(n - 1)]
    return torch.tensor(X).reshape(n - 1, length), torch.tensor(Y).reshape(n - 1, length)
