# mistake: sigma_for_its_derivative
# %% jacobian
def jacobian(W1, W2, x, activation):
    sigma, _ = ACTIVATIONS[activation]
    rows = []
    for i in range(len(W2)):
        rows.append((W2[i] * sigma(W1 @ x)) @ W1)
    return np.array(rows)
