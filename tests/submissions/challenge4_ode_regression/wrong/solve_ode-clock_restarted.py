# mistake: forcing_from_the_first_time
# %% setup
from scipy.integrate import solve_ivp
# %% solve_ode
def solve_ode(gamma, x0, t):
    s = t - t[0]
    run = solve_ivp(lambda u, x: np.cos(2 * u) - gamma * x, (0, s[-1]), [x0], t_eval=s, rtol=1e-8, atol=1e-10)
    return run.y[0]
