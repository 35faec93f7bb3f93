# mistake: steps_taken_as_equal
# %% solve_ode
def solve_ode(gamma, x0, t):
    dt = t[1] - t[0]
    h = dt / 50
    x, s, out = x0, t[0], [x0]
    for _ in range(len(t) - 1):
        for _ in range(50):
            m = x + h / 2 * (np.cos(2 * s) - gamma * x)
            x = x + h * (np.cos(2 * s + h) - gamma * m)
            s += h
        out.append(x)
    return np.array(out)
