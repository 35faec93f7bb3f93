# mistake: forcing_left_out_of_the_rate
# %% estimate_gamma
def estimate_gamma(t, x):
    rate = np.gradient(x, t)
    return -(rate @ x) / (x @ x)
