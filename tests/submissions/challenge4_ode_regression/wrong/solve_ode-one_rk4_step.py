# mistake: runge_kutta_on_the_given_times
# %% setup
def f(s, x, gamma):
    return np.cos(2 * s) - gamma * x
# %% solve_ode
def solve_ode(gamma, x0, t):
    out = np.empty_like(t)
    out[0] = x0
    for i, h in enumerate(t[1:] - t[:-1]):
        x, s = out[i], t[i]
        k1 = h * f(s, x, gamma)
        k2 = h * f(s + 0.5 * h, x + 0.5 * k1, gamma)
        k3 = h * f(s + 0.5 * h, x + 0.5 * k2, gamma)
        k4 = h * f(s + h, x + k3, gamma)
        out[i + 1] = x + (k1 + 2 * k2 + 2 * k3 + k4) / 6
    return out
