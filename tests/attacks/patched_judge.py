# claim: the judge's modules can be read (they are public) and patched, in the student's process only
# %% setup
import autograder.judge, autograder.tolerance
from autograder.verdict import Verdict

autograder.judge.judge = lambda *args: None
autograder.tolerance.Tolerance.compare = lambda *args: autograder.tolerance.Comparison(True)
Verdict.WRONG = Verdict.CORRECT = "correct"

# %% halve
def halve(x):
    return x * 3 + 1
