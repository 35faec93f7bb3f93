# mistake: times_spread_evenly
# %% setup
from scipy.integrate import odeint
# %% solve_ode
def solve_ode(gamma, x0, t):
    grid = np.linspace(t.min(), t.max(), t.size)
    return odeint(lambda x, s: np.cos(2 * s) - gamma * x, x0, grid)[:, 0]
