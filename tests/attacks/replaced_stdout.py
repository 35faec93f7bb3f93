# claim: another sys.stdout changes the student's own output only
# points: 1
# %% setup
import sys

class Strange:
    encoding = None
    def write(self, text):
        raise RuntimeError("no")
    flush = None

sys.stdout = sys.stderr = Strange()
print("lost")

# %% dozen
dozen = 12
