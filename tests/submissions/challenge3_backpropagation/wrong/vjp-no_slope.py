# mistake: covector_without_derivative
# %% vjp
def vjp(W1, W2, x, u, activation):
    return np.matmul(W1.T, np.matmul(W2.T, u))
