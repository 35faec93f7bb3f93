# %% setup
from scipy.integrate import odeint
from scipy.optimize import curve_fit
# %% solve_ode
def solve_ode(gamma, x0, t):
    return odeint(lambda x, s: -gamma * x + np.cos(2 * s), x0, t).ravel()
# %% fit_polynomial
def fit_polynomial(t, x, degree, t_eval):
    return np.polyval(np.polyfit(t, x, degree), t_eval)
# %% estimate_gamma
def estimate_gamma(t, x):
    def model(times, gamma, start):
        p = (gamma * np.cos(2 * times) + 2 * np.sin(2 * times)) / (4 + gamma**2)
        return p + (start - gamma / (4 + gamma**2)) * np.exp(-gamma * times)

    best, _ = curve_fit(model, t, x, p0=[1.0, x[0]])
    return best[0]
