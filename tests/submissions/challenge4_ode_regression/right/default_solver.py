# %% setup
from scipy.integrate import solve_ivp
from scipy.optimize import least_squares
# %% solve_ode
def solve_ode(gamma, x0, t):
    answer = solve_ivp(lambda s, x: -gamma * x + np.cos(2 * s), (t[0], t[-1]), [x0], t_eval=t)
    return answer.y[0]
# %% fit_polynomial
def fit_polynomial(t, x, degree, t_eval):
    V = np.vander(t, degree + 1, increasing=True)
    coefficients = np.linalg.solve(V.T @ V, V.T @ x)
    return np.vander(t_eval, degree + 1, increasing=True) @ coefficients
# %% estimate_gamma
def estimate_gamma(t, x):
    def misfit(parameters):
        gamma, start = parameters
        path = solve_ivp(
            lambda s, y: -gamma * y + np.cos(2 * s), (t[0], t[-1]), [start], t_eval=t, rtol=1e-6, atol=1e-8
        )
        return path.y[0] - x

    return float(least_squares(misfit, x0=[1.5, x[0]], bounds=([0, -5], [10, 5])).x[0])
