# mistake: sorted_the_times
# %% fit_polynomial
def fit_polynomial(t, x, degree, t_eval):
    t_eval = sorted(t_eval)
    return np.polyval(np.polyfit(t, x, degree), t_eval)
