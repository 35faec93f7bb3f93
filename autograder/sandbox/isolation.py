"""Shutting a freshly forked process in: namespaces, a private scratch, limits, no capabilities.

The privilege story. The fork server already runs where the course folder does not exist and the network does not
answer. For each submission a process is forked as pid 1 of a new pid namespace. It enters namespaces of its own (mount,
network, ipc, uts), mounts an empty scratch over /tmp and /dev/shm and its own /proc, becomes a user who owns nothing,
drops every capability, sets its limits, installs the system call filter, and only then runs student code. When pid 1
ends or is killed, the kernel ends every other process of the submission with it.

The user who owns nothing: where the grader is root, a user id that nobody else has (the kernel counts its processes
for RLIMIT_NPROC); elsewhere a user namespace, in which the grader's own id is all there is, and which an intermediate
process has to enter before the fork.
"""

from __future__ import annotations

import ctypes
import os
import resource
import socket
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from autograder.sandbox import seccomp
from autograder.sandbox.limits import Limits

# all that can be read inside beyond Python itself
SYSTEM = ("/usr", "/bin", "/lib", "/lib32", "/lib64", "/sbin")
ETC = ("ld.so.cache", "ld.so.conf", "ld.so.conf.d", "alternatives", "fonts", "localtime", "mime.types")
READABLE_SYSTEM = (*SYSTEM, *(f"/etc/{name}" for name in ETC))

_libc = ctypes.CDLL(None, use_errno=True)

CLONE_NEWNS, CLONE_NEWUTS, CLONE_NEWIPC = 0x00020000, 0x04000000, 0x08000000
CLONE_NEWUSER, CLONE_NEWPID, CLONE_NEWNET = 0x10000000, 0x20000000, 0x40000000
_NOSUID, _NODEV, _NOEXEC, _BIND, _MOVE, _REC, _PRIVATE = 2, 4, 8, 0x1000, 0x2000, 0x4000, 1 << 18
_PR_SET_KEEPCAPS, _PR_SET_NO_NEW_PRIVS, _PR_CAP_AMBIENT = 8, 38, 47
INSIDE_UID = 1000


@contextmanager
def pid_namespace() -> Iterator[None]:
    """What is forked inside is pid 1 of a new pid namespace; this process itself stays where it is. For root only."""
    own = os.open("/proc/self/ns/pid", os.O_RDONLY | os.O_CLOEXEC)
    try:
        _check(_libc.unshare(CLONE_NEWPID), "unshare")
        try:
            yield
        finally:
            _check(_libc.setns(own, CLONE_NEWPID), "setns")
    finally:
        os.close(own)


def enter_namespaces(scratch: int, uid: int, readable: Sequence[str]) -> None:
    """Leaves the fork server's namespaces for new ones.

    ``uid`` is the student process's own user id, which only root can give; 0 asks for a user namespace instead, and for
    a pid namespace in it, of which the next fork is pid 1. Those
    ``readable`` paths that lie under /tmp (a virtual environment in a clone there, say) stay, in the empty scratch.
    """
    flags = CLONE_NEWNS | CLONE_NEWIPC | CLONE_NEWNET | CLONE_NEWUTS
    if uid:
        _check(_libc.unshare(flags), "unshare")
    else:
        outer_uid, outer_gid = os.getuid(), os.getgid()
        _check(_libc.unshare(flags | CLONE_NEWPID | CLONE_NEWUSER), "unshare")
        for name, text in (
            ("setgroups", "deny"),
            ("uid_map", f"{INSIDE_UID} {outer_uid} 1"),
            ("gid_map", f"{INSIDE_UID} {outer_gid} 1"),
        ):
            with open(f"/proc/self/{name}", "w") as stream:
                stream.write(text)
    _mount("none", "/", None, _REC | _PRIVATE, None)
    owner = uid or INSIDE_UID
    own = f"mode=0700,uid={owner},gid={owner}"
    # made beside /tmp, so that what stays of the outer /tmp can be mounted into it before it covers that
    _mount("tmpfs", "/dev/shm", "tmpfs", _NOSUID | _NODEV, f"size={scratch},nr_inodes=20000,{own}")
    for path in readable:
        if path.startswith("/tmp/") and os.path.isdir(path):
            kept = "/dev/shm" + path.removeprefix("/tmp")
            os.makedirs(kept, mode=0o755, exist_ok=True)
            _mount(path, kept, None, _BIND | _REC, None)
    _mount("/dev/shm", "/tmp", None, _MOVE, None)
    _mount("tmpfs", "/dev/shm", "tmpfs", _NOSUID | _NODEV | _NOEXEC, f"size={scratch // 4},nr_inodes=1000,{own}")


def become_init() -> None:
    """In pid 1 of the new pid namespace: a /proc that shows only the submission's own processes.

    Where a fresh /proc is refused (the outer one is partly covered, as in many containers), one is put together from
    the outer one's files about the machine and the directory of this process.
    """
    try:
        _mount("proc", "/proc", "proc", _NOSUID | _NODEV | _NOEXEC, None)
        return
    except OSError:
        pass
    own, staging = f"/proc/{os.readlink('/proc/self')}", "/tmp/.proc"
    os.mkdir(staging)
    _mount("tmpfs", staging, "tmpfs", _NOSUID | _NODEV | _NOEXEC, "size=64k,mode=0755")
    os.mkdir(f"{staging}/self")
    _mount(own, f"{staging}/self", None, _BIND, None)
    for name in ("cpuinfo", "meminfo", "stat", "uptime", "loadavg", "version", "filesystems"):
        with open(f"{staging}/{name}", "x"):
            pass
        _mount(f"/proc/{name}", f"{staging}/{name}", None, _BIND, None)
    _mount(staging, "/proc", None, _BIND | _REC, None)
    _check(_libc.umount2(staging.encode(), 2), "umount")
    os.rmdir(staging)


def drop_privileges(uid: int, keep: int = 0) -> None:
    """Becomes ``uid`` (unless 0) and gives up, for good, every capability but those in the bit mask ``keep``."""
    if uid:
        _check(_libc.prctl(_PR_SET_KEEPCAPS, int(keep != 0), 0, 0, 0), "prctl(PR_SET_KEEPCAPS)")
        os.setgroups([])
        os.setresgid(uid, uid, uid)
        os.setresuid(uid, uid, uid)
    header = (ctypes.c_uint32 * 2)(0x20080522, 0)
    _check(_libc.capset(header, (ctypes.c_uint32 * 6)(keep, keep, keep)), "capset")
    for capability in range(keep.bit_length()):
        if keep >> capability & 1:  # for the programs that the student's process starts too
            _check(_libc.prctl(_PR_CAP_AMBIENT, 2, capability, 0, 0), "prctl(PR_CAP_AMBIENT)")
    _check(_libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "prctl(PR_SET_NO_NEW_PRIVS)")


def set_limits(limits: Limits, processes: int | None = None) -> None:
    """The rlimits of the student's process, which its children inherit; ``processes`` are all of its user's."""
    baseline = _data_bytes()
    for which, value in (
        (resource.RLIMIT_DATA, baseline + limits.memory),
        (resource.RLIMIT_FSIZE, limits.scratch),
        (resource.RLIMIT_NPROC, limits.processes if processes is None else processes),
        (resource.RLIMIT_CPU, int(limits.notebook_seconds) + 60),
        (resource.RLIMIT_NOFILE, 512),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_MSGQUEUE, 0),
    ):
        hard = resource.getrlimit(which)[1]
        value = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(which, (value, value))


def filter_system_calls() -> None:
    seccomp.forbid(sockets=(socket.AF_UNIX, socket.AF_INET, socket.AF_INET6))  # the namespace holds these


def close_descriptors(keep: int) -> None:
    """Closes everything but ``keep``; standard input, output and error become /dev/null."""
    null = os.open("/dev/null", os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(null, standard)
    os.closerange(3, keep)
    os.closerange(keep + 1, 65536)


def remove(folder: str) -> None:
    """Deletes a scratch folder, however deep its folders are nested and whatever their modes."""
    subprocess.run(["chmod", "-R", "u+rwx", folder], capture_output=True)
    subprocess.run(["rm", "-rf", "--", folder], capture_output=True)


def _data_bytes() -> int:
    """Bytes of private writable memory that the process has mapped so far, most of it shared with the fork server."""
    with open("/proc/self/status") as stream:
        for line in stream:
            if line.startswith("VmData:"):
                return int(line.split()[1]) * 1024
    return 0


def _mount(source: str, target: str, kind: str | None, flags: int, options: str | None) -> None:
    _check(
        _libc.mount(
            source.encode(),
            target.encode(),
            kind.encode() if kind else None,
            ctypes.c_ulong(flags),
            options.encode() if options else None,
        ),
        f"mount {target}",
    )


def _check(result: int, what: str) -> None:
    if result != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")
