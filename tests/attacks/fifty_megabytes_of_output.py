# claim: output is cut at the limit, with a sentence that says so
# points: 1
# says: output cut
# %% setup
for _ in range(50):
    print("x" * 1_000_000)

# %% dozen
dozen = 12
