# claim: output past Python's streams goes nowhere
# points: 1
# hides: raw output raw output
# %% setup
import os

for _ in range(50):
    os.write(1, b"raw output " * 100_000)
    os.write(2, b"raw output " * 100_000)

# %% dozen
dozen = 12
