# %% solve_ode
def solve_ode(gamma, x0, t):
    x = [x0]
    for s, h in zip(t[1:], np.diff(t)):
        x.append((x[-1] + h * np.cos(2 * s)) / (1 + h * gamma))
    return np.array(x)
