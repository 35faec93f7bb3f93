# claim: memory spread over many small processes counts together
# hides: thirty times
# seconds: 20
# %% setup
import os, time

for _ in range(30):
    if os.fork() == 0:
        kept = bytearray(os.urandom(1000) * 60_000)
        time.sleep(60)
        os._exit(0)
time.sleep(1.3)
print("thirty times sixty megabytes")
