"""A seccomp filter for student processes: refuses the system calls that reach around the other limits.

Namespaces, capabilities and rlimits do the confining; this closes what they leave open: memory outside every
account (memfd, System V), new namespaces, other processes' memory, sockets that no network namespace holds (vsock),
and the kernel interfaces with a history of holes.
"""

from __future__ import annotations

import ctypes
import errno
import platform
import struct

_NUMBERS: dict[str, tuple[int, int]] = {  # (x86_64, aarch64); -1 where the architecture has no such call
    "ptrace": (101, 117),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "memfd_create": (319, 279),
    "memfd_secret": (447, 447),
    "unshare": (272, 97),
    "setns": (308, 268),
    "mount": (165, 40),
    "umount2": (166, 39),
    "pivot_root": (155, 41),
    "chroot": (161, 51),
    "move_mount": (429, 429),
    "open_tree": (428, 428),
    "fsopen": (430, 430),
    "fsmount": (432, 432),
    "mount_setattr": (442, 442),
    "name_to_handle_at": (303, 264),
    "open_by_handle_at": (304, 265),
    "bpf": (321, 280),
    "perf_event_open": (298, 241),
    "userfaultfd": (323, 282),
    "io_uring_setup": (425, 425),
    "io_uring_enter": (426, 426),
    "io_uring_register": (427, 427),
    "add_key": (248, 217),
    "request_key": (249, 218),
    "keyctl": (250, 219),
    "kexec_load": (246, 104),
    "init_module": (175, 105),
    "finit_module": (313, 273),
    "delete_module": (176, 106),
    "reboot": (169, 142),
    "swapon": (167, 224),
    "swapoff": (168, 225),
    "acct": (163, 89),
    "quotactl": (179, 60),
    "personality": (135, 92),
    "pidfd_getfd": (438, 438),
    "mq_open": (240, 180),
    "mq_unlink": (241, 181),
    "shmget": (29, 194),
    "shmat": (30, 196),
    "shmctl": (31, 195),
    "semget": (64, 190),
    "semop": (65, 193),
    "semctl": (66, 191),
    "semtimedop": (220, 192),
    "msgget": (68, 186),
    "msgsnd": (69, 189),
    "msgrcv": (70, 188),
    "msgctl": (71, 187),
    "setrlimit": (160, 164),
    "syslog": (103, 116),
    "kcmp": (312, 272),
    "fanotify_init": (300, 262),
    "kexec_file_load": (320, 294),
    "iopl": (172, -1),
    "ioperm": (173, -1),
    "uselib": (134, -1),
}
# where a submission shares its user id with the grader: what Landlock leaves open on the owner's files and processes
_ON_WHAT_IS_OWNED = {
    "chmod": (90, -1),
    "fchmod": (91, 52),
    "fchmodat": (268, 53),
    "fchmodat2": (452, 452),
    "chown": (92, -1),
    "fchown": (93, 55),
    "lchown": (94, -1),
    "fchownat": (260, 54),
    "setxattr": (188, 5),
    "lsetxattr": (189, 6),
    "fsetxattr": (190, 7),
    "removexattr": (197, 14),
    "lremovexattr": (198, 15),
    "fremovexattr": (199, 16),
    "setxattrat": (463, 463),
    "removexattrat": (466, 466),
    "utime": (132, -1),
    "utimes": (235, -1),
    "futimesat": (261, -1),
    "utimensat": (280, 88),
    "setpriority": (141, 140),
    "ioprio_set": (251, 30),
    "sched_setscheduler": (144, 119),
    "sched_setparam": (142, 118),
    "sched_setattr": (314, 274),
    "sched_setaffinity": (203, 122),
    "migrate_pages": (256, 238),
    "move_pages": (279, 239),
}
_PRLIMIT = (302, 261)
_CLONE, _CLONE3, _SOCKET = (56, 220), (435, 435), (41, 198)
_ARCH = {"x86_64": (0xC000003E, 0), "aarch64": (0xC00000B7, 1)}
_NAMESPACE_FLAGS = 0x7E020000  # CLONE_NEW{NS,CGROUP,UTS,IPC,USER,PID,NET}

_LOAD, _JEQ, _JSET, _JGE, _RET = 0x20, 0x15, 0x45, 0x35, 0x06
_NUMBER_AT, _ARCH_AT = 0, 4
_ALLOW, _ERRNO, _KILL = 0x7FFF0000, 0x00050000, 0x80000000
_PR_SET_SECCOMP, _PR_SET_NO_NEW_PRIVS, _FILTER = 22, 38, 2


def forbid(*, sockets: tuple[int, ...], same_user: bool = False) -> None:
    """Installs the filter for this process and its children, for good.

    ``sockets`` are the address families that remain; ``same_user`` says that the grader has the same user id.
    Raises OSError where the kernel has no seccomp, and on processors other than x86-64 and 64-bit Arm.
    """
    machine = platform.machine()
    if machine not in _ARCH:
        raise OSError(errno.ENOSYS, f"no system call table for {machine}")
    arch, column = _ARCH[machine]
    program = _program(arch, column, sockets, same_user)
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl(PR_SET_NO_NEW_PRIVS)")
    code = ctypes.create_string_buffer(b"".join(program))

    class Program(ctypes.Structure):
        _fields_ = [("length", ctypes.c_ushort), ("filter", ctypes.c_void_p)]

    filled = Program(len(program), ctypes.cast(code, ctypes.c_void_p))
    if libc.prctl(_PR_SET_SECCOMP, _FILTER, ctypes.byref(filled), 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl(PR_SET_SECCOMP)")


def _program(arch: int, column: int, sockets: tuple[int, ...], same_user: bool) -> list[bytes]:
    refuse = [_op(_RET, _ERRNO | errno.EPERM)]
    program = [_op(_LOAD, _ARCH_AT), _op(_JEQ, arch, 1, 0), _op(_RET, _KILL), _op(_LOAD, _NUMBER_AT)]
    if column == 0:  # the x32 calls have numbers of their own
        program += [_op(_JGE, 0x40000000, 0, 1), *refuse]
    refused = {**_NUMBERS, **(_ON_WHAT_IS_OWNED if same_user else {})}
    for numbers in refused.values():
        if numbers[column] >= 0:
            program += [_op(_JEQ, numbers[column], 0, 1), *refuse]
    # glibc falls back from clone3, whose flags a filter cannot read, to clone, whose flags it can
    program += [_op(_JEQ, _CLONE3[column], 0, 1), _op(_RET, _ERRNO | errno.ENOSYS)]
    program += _only_for(_CLONE[column], [_op(_LOAD, _argument(0)), _op(_JSET, _NAMESPACE_FLAGS, 0, 1), *refuse])
    # prlimit64 may read limits (a null new limit), never set them
    low, high = _op(_LOAD, _argument(2)), _op(_LOAD, _argument(2) + 4)
    program += _only_for(_PRLIMIT[column], [low, _op(_JEQ, 0, 0, 2), high, _op(_JEQ, 0, 1, 0), *refuse])
    allowed = [_op(_JEQ, family, len(sockets) - i, 0) for i, family in enumerate(sockets)]
    program += _only_for(_SOCKET[column], [_op(_LOAD, _argument(0)), *allowed, *refuse])
    return [*program, _op(_RET, _ALLOW)]


def _only_for(number: int, then: list[bytes]) -> list[bytes]:
    """``then``, and the call allowed where that comes to its end, for the system call ``number`` alone."""
    return [_op(_JEQ, number, 0, len(then) + 1), *then, _op(_RET, _ALLOW)]


def _argument(index: int) -> int:
    """Where the lower half of a system call's argument lies (both architectures are little-endian)."""
    return 16 + 8 * index


def _op(code: int, k: int, jump_true: int = 0, jump_false: int = 0) -> bytes:
    return struct.pack("=HBBI", code, jump_true, jump_false, k)
