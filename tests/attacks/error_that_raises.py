# claim: an error whose own text raises is a crash of the student's code
# points: 1
# verdict: crashed
# %% setup
class Nasty(Exception):
    def __str__(self):
        raise RuntimeError("no text")
    __repr__ = __str__

raise Nasty

# %% halve
def halve(x):
    raise Nasty

# %% dozen
dozen = 12
