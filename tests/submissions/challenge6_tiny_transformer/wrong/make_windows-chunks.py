# mistake: windows_side_by_side
# %% make_windows
def make_windows(tokens, length):
    if len(tokens) <= length:
        raise ValueError("too short")
    whole = (len(tokens) - 1) // length * length
    return tokens[:whole].view(-1, length), tokens[1 : whole + 1].view(-1, length)
