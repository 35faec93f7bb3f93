# mistake: growth_for_decay
# %% setup
from scipy.integrate import solve_ivp
# %% solve_ode
def solve_ode(gamma, x0, t):
    rhs = lambda s, x: gamma * x + np.cos(2 * s)
    return solve_ivp(rhs, (t[0], t[-1]), [x0], t_eval=t, rtol=1e-9, atol=1e-9).y[0]
