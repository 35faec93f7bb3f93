# claim: a generator is no answer, and is not run outside the sandbox
# verdict: wrong
# %% halve
def halve(x):
    while True:
        yield 0.0

# %% dozen
dozen = (12 for _ in iter(int, 1))
