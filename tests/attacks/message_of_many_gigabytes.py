# claim: a message that says it is enormous is refused before it is read
# %% setup
import os, struct

for descriptor in range(3, 512):
    try:
        os.write(descriptor, struct.pack(">Q", 1 << 60) + b"x" * 1000)
    except OSError:
        pass

# %% halve
def halve(x):
    return 1
