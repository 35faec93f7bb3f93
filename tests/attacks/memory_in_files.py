# claim: scratch files are bounded and gone afterwards
# hides: wrote all
# seconds: 15
# %% setup
written = 0
try:
    for number in range(1000):
        with open(f"bomb{number}", "wb") as stream:
            stream.write(b"x" * 10_000_000)
        written += 1
except OSError:
    pass
print("wrote all" if written == 1000 else "bounded")
