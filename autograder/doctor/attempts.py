"""Forbidden acts, as the bodies of a function that a student might write: each names what it managed to do.

What they are told is in ``autograder.doctor.examine``: root, pids, port, limits, variables and needles.
"""

PRELUDE = """
import ctypes, glob, os, resource, socket, sys, time
libc = ctypes.CDLL(None)

def able(act, *arguments):
    try:
        result = act(*arguments)
    except (OSError, ValueError):
        return False
    if hasattr(result, "close"):
        result.close()
    return True
"""

ATTEMPTS = (
    (
        "The course folder cannot be read",
        "listing it and opening its references, secret and gradebook",
        """
names = (".autograder-secret", "gradebook.db", "gradebook_config.py")
managed += [name for name in names if able(open, os.path.join(root, name))]
managed += [name for name in ("reference_solutions", "submitted", "source", ".git")
            if able(os.listdir, os.path.join(root, name))]
""",
    ),
    (
        "Nothing of the course is in its memory",
        "looking through all of it for the secret and the names of hidden cases",
        """
import numpy as np

def found(first, second):
    for region in regions:
        span, rights, *rest = region.split()
        low, high = (int(address, 16) for address in span.split("-"))
        if rights[:2] != "rw" or rest[-1] in ("[vvar]", "[vsyscall]"):
            continue
        for start in range(low, high - len(first) + 1, 1 << 22):
            size = min(high - start, (1 << 22) + len(first))
            data = np.frombuffer((ctypes.c_uint8 * size).from_address(start), np.uint8)
            places = np.flatnonzero(data[: size - len(first) + 1] == first[0] ^ second[0])
            for index in range(1, len(first)):
                places = places[data[places + index] == first[index] ^ second[index]]
            if places.size:
                return True
    return False

regions = open("/proc/self/maps").readlines() if able(open, "/proc/self/maps") else []
control, *hidden = needles
kept = bytes(a ^ b for a, b in zip(*control))
managed += [f"needle {number}" for number, parts in enumerate(hidden) if found(*parts)]
if regions and not found(*control):
    managed.append("nothing: the search misses even what is there")
""",
    ),
    (
        "The grader's environment stays outside",
        "its variables",
        """
import hashlib
managed += [name for name, digest in variables.items()
            if name in os.environ and hashlib.sha256(os.environ[name].encode()).hexdigest() == digest]
""",
    ),
    (
        "Other processes cannot be seen or read",
        "opening their entries in /proc, and their memory",
        """
for pid in pids:
    managed += [f"{name} of {pid}" for name in ("environ", "cmdline", "mem", "maps")
                if pid != os.getpid() and able(open, f"/proc/{pid}/{name}", "rb")]
""",
    ),
    (
        "Other processes cannot be signalled",
        "kill(2) of the grader and of the fork server",
        "managed += [f'signal to {pid}' for pid in pids if pid > 1 and able(os.kill, pid, 0)]",
    ),
    (
        "The network cannot be reached",
        "a port of the grader's machine, a route to anywhere, a raw and a virtual-machine socket",
        """
managed += ["the grader's machine"] if able(socket.create_connection, ("127.0.0.1", port), 0.3) else []

def route():  # connecting such a socket sends nothing
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as end:
        end.connect(("192.0.2.1", 80))

managed += ["a route"] if able(route) else []
for family, kind in ((17, socket.SOCK_RAW), (40, socket.SOCK_STREAM), (38, socket.SOCK_SEQPACKET)):
    managed += [f"socket family {family}"] if able(socket.socket, family, kind) else []
""",
    ),
    (
        "Nothing outside the scratch can be written",
        "this package, Python's folders, the system's, the course",
        """
import autograder
for folder in (os.path.dirname(autograder.__file__), sys.prefix, "/usr", "/etc", "/", "/var/tmp", root):
    path = os.path.join(folder, ".doctor-was-here")
    if able(open, path, "x"):
        os.unlink(path)
        managed.append(folder)
""",
    ),
    (
        "There are no privileges, and none to be had",
        "capabilities, the root user, new namespaces, a mount",
        """
data = (ctypes.c_uint32 * 6)()
libc.capget((ctypes.c_uint32 * 2)(0x20080522, 0), data)
held = (data[0] | data[1]) & ~4  # the right to read and search, which Landlock bounds, may stay
managed += ["capabilities"] if held else []
managed += ["the root user"] if os.getuid() == 0 or able(os.setuid, 0) else []
managed += [f"namespace {flag:#x}" for flag in (0x10000000, 0x20000, 0x40000000) if libc.unshare(flag) == 0]
managed += ["a mount"] if not managed and libc.mount(b"none", b"/tmp", b"tmpfs", 0, None) == 0 else []
""",
    ),
    (
        "The limits cannot be raised",
        "setrlimit of memory, processes, file size and time",
        """
for which in (resource.RLIMIT_DATA, resource.RLIMIT_NPROC, resource.RLIMIT_FSIZE, resource.RLIMIT_CPU):
    soft, hard = resource.getrlimit(which)
    managed += [f"limit {which}"] if hard == -1 or able(resource.setrlimit, which, (hard + 1, hard + 1)) else []
""",
    ),
    (
        "Memory is bounded",
        "twice the memory that is allowed",
        """
try:
    kept = [bytearray(b"x" * 20_000_000) for _ in range(limits["memory"] // 10_000_000)]
    managed.append(f"{len(kept) * 20} MB")
except MemoryError:
    pass
""",
    ),
    (
        "Processes are bounded",
        "twice the processes that are allowed",
        """
children = []
try:
    while len(children) < 2 * limits["processes"]:
        child = os.fork()
        if child == 0:
            time.sleep(30)
            os._exit(0)
        children.append(child)
    managed.append(f"{len(children)} processes")
except OSError:
    pass
for child in children:
    os.kill(child, 9)
    os.waitpid(child, 0)
""",
    ),
    (
        "Files are bounded",
        "one file of twice the bytes that are allowed",
        """
try:
    with open("large", "wb") as stream:
        for _ in range(2 * limits["scratch"] // 1_000_000):
            stream.write(bytes(1_000_000))
    managed.append("all of it")
except OSError:
    pass
""",
    ),
)
