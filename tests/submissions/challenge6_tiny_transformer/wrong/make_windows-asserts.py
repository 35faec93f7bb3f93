# %% make_windows
def make_windows(tokens, length):
    assert len(tokens) > length, "text too short"
    w = tokens.unfold(0, length, 1)
    return w[:-1], w[1:]
