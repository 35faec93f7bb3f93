# claim: no expected value, secret or reference is among the objects of the process
# seconds: 15
# %% setup
import gc, sys

def hunt(where):
    for thing in gc.get_objects():
        kind = type(thing).__name__
        if kind in ("PreparedCase", "PreparedExercise", "Challenge", "Exercise", "Grader", "Course"):
            print(where, kind, vars(thing))
        if isinstance(thing, dict) and any(name in thing for name in ("expected", "secret", "reference")):
            print(where, {str(key): repr(value)[:500] for key, value in list(thing.items())[:50]})

hunt("cell")
print([name for name in sys.modules if "course" in name or "reference" in name])

# %% halve
def halve(x):
    hunt("call")
    return x + 1
