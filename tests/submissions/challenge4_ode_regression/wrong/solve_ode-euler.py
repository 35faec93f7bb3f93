# mistake: euler_on_the_given_times
# %% solve_ode
def solve_ode(gamma, x0, t):
    x = np.zeros(len(t))
    x[0] = x0
    for i in range(1, len(t)):
        x[i] = x[i - 1] + (t[i] - t[i - 1]) * (np.cos(2 * t[i - 1]) - gamma * x[i - 1])
    return x
