# claim: a C function that never looks for signals is killed
# verdict: timed out
# seconds: 20
# %% halve
import re

def halve(x):
    return re.match(r"(a+)+$", "a" * 60 + "b")
