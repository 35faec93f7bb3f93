# %% setup
from scipy.integrate import odeint
# %% solve_ode
def solve_ode(gamma, x0, t):
    return odeint(lambda x, s: -gamma * x + np.cos(2 * s), x0, t)
