# claim: ptrace and reading another process's memory are refused
# hides: traced
# %% setup
import ctypes, os

libc = ctypes.CDLL(None, use_errno=True)
for pid in range(1, 200):
    if libc.ptrace(16, pid, 0, 0) == 0 or libc.syscall(310, pid, 0, 0, 0, 0, 0) > 0:
        print("traced", pid)
    try:
        if pid != os.getpid():
            open(f"/proc/{pid}/mem", "rb").read(1)
            print("traced", pid)
    except OSError:
        pass
