# claim: files in /dev/shm are bounded and gone afterwards
# hides: wrote all
# says: bounded
# %% setup
import os

written = 0
try:
    for number in range(1000):
        with open(f"/dev/shm/bomb{number}", "wb") as stream:
            stream.write(b"x" * 10_000_000)
        written += 1
except OSError:
    pass
print("wrote all" if written == 1000 else "bounded")
