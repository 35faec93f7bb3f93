# claim: half a message and then silence ends with the time limit
# seconds: 12
# %% setup
import os, struct, time

for descriptor in range(3, 512):
    try:
        os.write(descriptor, struct.pack(">Q", 1000) + b"x")
    except OSError:
        pass
time.sleep(60)
