# mistake: started_at_time_zero
# %% solve_ode
def solve_ode(gamma, x0, t):
    D = gamma**2 + 4
    return (gamma * np.cos(2 * t) + 2 * np.sin(2 * t)) / D + (x0 - gamma / D) * np.exp(-gamma * t)
