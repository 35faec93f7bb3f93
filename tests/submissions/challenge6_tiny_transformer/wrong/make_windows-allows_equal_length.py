# mistake: lets_one_window_pass
# %% make_windows
def make_windows(tokens, length):
    if length > len(tokens):
        raise ValueError("window longer than text")
    rows = np.arange(len(tokens) - length)[:, None] + np.arange(length)
    return tokens.numpy()[rows], tokens.numpy()[rows + 1]
