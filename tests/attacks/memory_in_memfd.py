# claim: memory files cannot be made
# hides: made a memory file
# %% setup
import ctypes, os

try:
    descriptor = os.memfd_create("bomb")
    print("made a memory file")
except OSError:
    pass
print("result", ctypes.CDLL(None).syscall(447, 0))
