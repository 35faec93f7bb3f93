# %% min_rank_for_energy
def min_rank_for_energy(A, energy=0.90):
    valid = energy == energy and 0 < energy <= 1
    if not valid:
        raise ValueError("not a share")
    gram = A @ A.T if A.shape[0] < A.shape[1] else A.T @ A
    eigenvalues = sorted(np.linalg.eigvalsh(gram), reverse=True)
    threshold = energy * np.trace(gram) * (1 - 1e-12)
    k, held = 0, 0.0
    while held < threshold and k < len(eigenvalues):
        held += eigenvalues[k]
        k += 1
    return k
# %% low_rank_approximation
def low_rank_approximation(A, k):
    _, V = np.linalg.eigh(A.T @ A)
    V = V[:, ::-1][:, :k]
    return A @ V @ V.T
# %% compression_ratio
def compression_ratio(m, n, k):
    stored = sum(np.zeros(shape).size for shape in [(m, k), (k,), (n, k)])
    return stored / np.zeros((m, n)).size
# %% complete_matrix
def complete_matrix(M, observed, k):
    # alternating least squares, started from the singular vectors of the matrix with holes
    _, _, Vh = np.linalg.svd(M, full_matrices=False)
    V = Vh[:k].T.copy()
    U = np.zeros((M.shape[0], k))
    for _ in range(40):
        for i in range(M.shape[0]):
            U[i] = np.linalg.lstsq(V[observed[i]], M[i, observed[i]], rcond=None)[0]
        for j in range(M.shape[1]):
            V[j] = np.linalg.lstsq(U[observed[:, j]], M[observed[:, j], j], rcond=None)[0]
    return (U @ V.T).tolist()
