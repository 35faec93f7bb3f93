# mistake: no_forcing
# %% solve_ode
def solve_ode(gamma, x0, t):
    values = [x0]
    for step in np.diff(t):
        values.append(values[-1] * np.exp(-gamma * step))
    return values
