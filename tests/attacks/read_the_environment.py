# claim: the environment holds nothing of the grader's
# %% setup
import os

for name, value in os.environ.items():
    print(name, value)
