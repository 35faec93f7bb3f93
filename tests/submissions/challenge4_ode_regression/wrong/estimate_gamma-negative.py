# mistake: sign_reversed
# %% estimate_gamma
def estimate_gamma(t, x):
    area = np.append(0, np.cumsum((x[:-1] + x[1:]) / 2 * np.diff(t)))
    slope, _ = np.polyfit(area, x - 0.5 * np.sin(2 * t), 1)
    return slope
