# mistake: forcing_left_out
# %% estimate_gamma
def estimate_gamma(t, x):
    area = np.append(0, np.cumsum((x[:-1] + x[1:]) / 2 * np.diff(t)))
    slope, _ = np.polyfit(area, x, 1)
    return -slope
