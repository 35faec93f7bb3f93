# %% setup
import math
# %% solve_ode
def solve_ode(gamma, x0, t):
    def f(s, x):
        return -gamma * x + math.cos(2 * s)

    values = [x0]
    for a, b in zip(t[:-1], t[1:]):
        pieces = max(1, math.ceil((b - a) / 0.02))
        h = (b - a) / pieces
        x, s = values[-1], a
        for _ in range(pieces):
            k1 = f(s, x)
            k2 = f(s + h / 2, x + h / 2 * k1)
            x, s = x + h * k2, s + h
        values.append(x)
    return values
# %% fit_polynomial
def fit_polynomial(t, x, degree, t_eval):
    columns = [[time**q for time in t] for q in range(degree + 1)]
    Q, R = np.linalg.qr(np.array(columns).T)
    coefficients = np.linalg.solve(R, Q.T @ x)
    out = []
    for time in t_eval:
        value = 0.0
        for c in coefficients[::-1]:
            value = value * time + c
        out.append(value)
    return out
# %% estimate_gamma
def estimate_gamma(t, x):
    # multiply the equation by sin(k pi t / T) and integrate by parts: no derivative of x is left
    T = t[-1]
    top = bottom = 0.0
    for k in range(1, 7):
        phi = np.sin(k * np.pi * t / T)
        dphi = k * np.pi / T * np.cos(k * np.pi * t / T)
        a = np.trapezoid(phi * x, t)
        b = np.trapezoid(phi * np.cos(2 * t) + dphi * x, t)
        top += a * b
        bottom += a * a
    return top / bottom
