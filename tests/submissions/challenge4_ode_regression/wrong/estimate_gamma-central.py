# mistake: differences_across_two_steps
# %% estimate_gamma
def estimate_gamma(t, x):
    h = t[1] - t[0]
    top = bottom = 0
    for i in range(1, len(t) - 1):
        rate = (x[i + 1] - x[i - 1]) / (2 * h)
        top += x[i] * (np.cos(2 * t[i]) - rate)
        bottom += x[i] ** 2
    return top / bottom
