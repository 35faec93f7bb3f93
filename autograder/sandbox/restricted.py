"""The weaker confinement, named "restricted", for containers that forbid namespaces.

The privilege story. There is one file system, one /proc and one network here, so nothing can be made to vanish; it is
refused instead. Before any student code runs, the student's process becomes a user of its own (where the grader is
root), gives up its capabilities, and enters a Landlock domain, which no process of it ever leaves: it reads the system
folders, Python and the public data, it writes its scratch, and every other file, /proc included, cannot be opened or
listed. A system call filter refuses sockets, new namespaces, other processes' memory and System V memory. Signals to
other processes fail by the user id, or by Landlock where there is none of its own (Linux 6.12 or newer).

What is weaker than namespaces: names can be guessed (``os.stat`` of a path tells whether it exists, never what it
holds), /dev/shm is out of reach, so that shared memory does not work, and where the grader is not root, other files of
the same user are protected by Landlock and the filter alone.

One capability may stay: where Python lies in a folder that only root can enter (/root/miniconda3, say), the student's
process keeps the right to read and search, which Landlock still holds to the same list of folders.
"""

from __future__ import annotations

import ctypes
import os
import struct
import subprocess
import sys
import tempfile

from autograder.sandbox import isolation, seccomp
from autograder.sandbox.limits import Limits

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446  # the same numbers on every architecture
_EXECUTE, _WRITE_FILE, _READ_FILE, _READ_DIR = 1 << 0, 1 << 1, 1 << 2, 1 << 3
_REFER, _TRUNCATE, _IOCTL_DEV = 1 << 13, 1 << 14, 1 << 15
_BIND_TCP, _CONNECT_TCP, _SCOPE_ABSTRACT_SOCKETS, _SCOPE_SIGNALS = 1, 2, 1, 2
_READ, _ON_FILES = _EXECUTE | _READ_FILE | _READ_DIR, _EXECUTE | _WRITE_FILE | _READ_FILE | _TRUNCATE | _IOCTL_DEV
_DEVICES = ("/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom")
_ABOUT_THE_MACHINE = ("/proc/cpuinfo", "/proc/meminfo", "/proc/stat", "/proc/loadavg", "/proc/version")
_DAC_READ_SEARCH = 1 << 2
SIGNALS_FROM = 6  # the version of Landlock that confines signals


def landlock_version() -> int:
    """The version of Landlock's interface that this kernel has; 0 where it has none, or may not be asked."""
    version: int = _libc.syscall(_CREATE_RULESET, None, ctypes.c_size_t(0), ctypes.c_uint32(1))
    return max(version, 0)


def why_not() -> str | None:
    """Why this confinement cannot be had here, in a few words, found out by entering it; None where it can."""
    version = landlock_version()
    if version < 1:
        return "this kernel has no Landlock"
    if os.getuid() != 0 and version < SIGNALS_FROM:
        return f"without root it needs Linux 6.12 or newer (Landlock {SIGNALS_FROM}; here is {version})"
    package_parent = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    readable = [os.path.realpath(sys.base_prefix), sys.prefix, os.path.join(package_parent, "autograder")]
    uid = 0 if os.getuid() != 0 else 600_000 + os.getpid() % 60_000  # any that nobody has
    with tempfile.TemporaryDirectory(prefix="probe-") as work:
        probe = [sys.executable, "-P", "-m", "autograder.sandbox.restricted", work, str(uid), *readable]
        environment = {"PYTHONPATH": package_parent, "PATH": "/usr/bin:/bin", "PYTHONDONTWRITEBYTECODE": "1"}
        done = subprocess.run(probe, env=environment, capture_output=True, text=True, timeout=60)
    return None if done.returncode == 0 else (done.stderr.strip().splitlines() or ["it does not start"])[-1]


def shut_in(work: str, uid: int, readable: list[str], limits: Limits | None = None) -> None:
    """Confines this process and its children for good; ``work`` is all that they may write.

    ``uid`` is a user id that nothing else has, or 0 where the grader is not root. Raises OSError where anything of it
    fails, so that no student code runs half confined.
    """
    os.chown(work, uid or -1, uid or -1)
    os.chmod(work, 0o700)
    # counted before /proc is out of sight; a user of one's own starts from none
    others = 0 if uid else _threads_of_user()
    isolation.set_limits(limits or Limits(), (limits or Limits()).processes + others)
    # before the user changes, while every folder can still be opened
    ruleset = _ruleset(work, [*isolation.READABLE_SYSTEM, *readable])
    keep = _DAC_READ_SEARCH if uid and not all(map(_open_to_all, [*readable, work])) else 0
    isolation.drop_privileges(uid, keep)
    _checked(_libc.syscall(_RESTRICT_SELF, ctypes.c_int(ruleset), ctypes.c_uint32(0)), "landlock_restrict_self")
    os.close(ruleset)
    seccomp.forbid(sockets=(), same_user=not uid)


def _ruleset(work: str, readable: list[str]) -> int:
    """A descriptor of the Landlock rules: every kind of access refused but those listed here."""
    version = landlock_version()
    files = (1 << (16 if version >= 5 else 15 if version >= 3 else 14 if version >= 2 else 13)) - 1
    network = _BIND_TCP | _CONNECT_TCP if version >= 4 else 0
    scoped = _SCOPE_ABSTRACT_SOCKETS | _SCOPE_SIGNALS if version >= SIGNALS_FROM else 0
    length = 24 if version >= SIGNALS_FROM else 16 if version >= 4 else 8
    attributes = struct.pack("=QQQ", files, network, scoped)[:length]
    ruleset = _checked(
        _libc.syscall(_CREATE_RULESET, attributes, ctypes.c_size_t(len(attributes)), ctypes.c_uint32(0)),
        "landlock_create_ruleset",
    )
    for path in [*readable, *_ABOUT_THE_MACHINE]:
        _allow(ruleset, path, files & _READ)
    for path in _DEVICES:
        _allow(ruleset, path, files & (_READ_FILE | _WRITE_FILE | _TRUNCATE))
    _allow(ruleset, work, files & ~_IOCTL_DEV)
    return ruleset


def _allow(ruleset: int, path: str, access: int) -> None:
    try:
        descriptor = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except (FileNotFoundError, NotADirectoryError, PermissionError):
        return
    try:
        rule = struct.pack("=Qi", access if os.path.isdir(path) else access & _ON_FILES, descriptor)
        _checked(_libc.syscall(_ADD_RULE, ctypes.c_int(ruleset), ctypes.c_int(1), rule, ctypes.c_uint32(0)), path)
    finally:
        os.close(descriptor)


def _open_to_all(path: str) -> bool:
    """Whether any user can get to ``path``."""
    while path not in ("/", ""):
        path = os.path.dirname(path)
        if path and not os.stat(path).st_mode & 0o001:
            return False
    return True


def _threads_of_user() -> int:
    """Processes and threads that this process's user has on the machine, which RLIMIT_NPROC counts together."""
    count, uid = 0, os.getuid()
    for name in os.listdir("/proc"):
        if name.isdigit():
            try:
                if os.stat(f"/proc/{name}").st_uid == uid:
                    count += len(os.listdir(f"/proc/{name}/task"))
            except OSError:
                continue
    return count


def _checked(result: int, what: str) -> int:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")
    return result


_libc = ctypes.CDLL(None, use_errno=True)


if __name__ == "__main__":
    try:
        shut_in(sys.argv[1], int(sys.argv[2]), sys.argv[3:])
        os.listdir(sys.argv[3])
    except OSError as error:
        sys.exit(error.strerror)
