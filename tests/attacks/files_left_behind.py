# claim: files, links and sockets left behind meet nobody
# points: 1
# %% setup
import os, socket, sys

for folder in ("/tmp", "/tmp/work", "/dev/shm", ".", "/var/tmp", "/run", sys.prefix):
    for name in ("sitecustomize.py", "numpy.py", "left-behind.txt", "usercustomize.py"):
        try:
            open(os.path.join(folder, name), "w").write("raise SystemExit('poisoned')")
        except OSError:
            pass
abstract = socket.socket(socket.AF_UNIX)
abstract.bind("\0left-behind")
abstract.listen()
from multiprocessing import shared_memory
kept = shared_memory.SharedMemory(name="left_behind", create=True, size=1000)

# %% dozen
dozen = 12
