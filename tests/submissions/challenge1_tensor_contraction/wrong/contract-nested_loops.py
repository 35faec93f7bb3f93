# verdict: timed out
# %% contract
def contract(A, B):
    C = np.zeros((A.shape[0], B.shape[1], B.shape[2]))
    for i in range(A.shape[0]):
        for j in range(A.shape[1]):
            for k in range(B.shape[1]):
                for n in range(B.shape[2]):
                    C[i, k, n] += A[i, j] * B[j, k, n]
    return C
