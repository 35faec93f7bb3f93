# claim: bytes without end are refused by the memory limit
# points: 1
# verdict: out of memory or timed out
# %% halve
def halve(x):
    kept = []
    while True:
        kept.append(bytearray(50_000_000))

# %% dozen
dozen = 12
