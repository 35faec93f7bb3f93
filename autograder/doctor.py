"""``autograder doctor``: each guarantee of the sandbox, and the forbidden act that was tried in it just now.

Every attempt runs as a submission does, through the same fork server and limits (smaller ones, so that it takes
seconds). An attempt names what it managed to do; a guarantee holds where it managed nothing.
"""

from __future__ import annotations

import hashlib
import os
import platform
import secrets
import shutil
import socket
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from autograder.course import Course
from autograder.oracle import Status
from autograder.sandbox import confinement
from autograder.sandbox.limits import Limits
from autograder.sandbox.processes import descendants
from autograder.sandbox.session import FATES, ForkServer, Session

LIMITS = Limits(
    cell_seconds=5, call_seconds=2, notebook_seconds=30, memory=400 * 2**20, processes=24, scratch=20_000_000,
    cell_output=10_000, notebook_output=20_000, value=1_000_000,
)  # fmt: skip
ATTEMPT_SECONDS = 20.0
TELLING, MOST_NAMES = 16, 4  # characters of a name that stands for nothing else; how many names are looked for
LIBRARIES = ("numpy", "scipy", "torch", "ipython", "nbgrader")


@dataclass(frozen=True)
class Finding:
    """A guarantee, what was tried against it, and what that managed (empty: nothing, the guarantee holds)."""

    guarantee: str
    tried: str
    managed: str

    @property
    def holds(self) -> bool:
        return not self.managed


def examine(course: Course, mode: str | None = None) -> tuple[str, list[Finding]]:
    """The confinement chosen here, and what came of each attempt; NoConfinement where there is none."""
    with ForkServer.of_course(course, mode) as server, socket.create_server(("127.0.0.1", 0)) as listening:
        server.wait_ready()
        passed_on = confinement.environment(server.mode)
        places = {
            "root": str(course.root),
            "pids": [os.getpid(), os.getppid(), server.pid],
            "port": listening.getsockname()[1],
            "limits": LIMITS.to_plain(),
            "variables": {name: _digest(value) for name, value in os.environ.items() if name not in passed_on},
            "needles": [_in_two_parts(needle) for needle in _needles(course)],
        }
        findings = [_attempted(server, *attempt, places) for attempt in ATTEMPTS]
        return server.mode, [*findings, *(Finding(*probe(server)) for probe in PROBES)]


def _needles(course: Course) -> list[bytes]:
    """What must not be in a submission's memory, after something that surely is there."""
    hidden = {
        case.name
        for challenge in course.challenges.values()
        for exercise in challenge.exercises.values()
        for case in exercise.cases
        if not case.public and len(case.name) >= TELLING
    }
    return [secrets.token_bytes(TELLING), course.secret, *(name.encode() for name in sorted(hidden)[:MOST_NAMES])]


def _digest(value: str) -> str:
    return hashlib.sha256(value.encode("utf-8", "surrogateescape")).hexdigest()


def _in_two_parts(needle: bytes) -> list[list[int]]:
    """Two halves of a secret, which only together say what it is: looking for it must not bring it along."""
    first = secrets.token_bytes(len(needle))
    return [list(first), [a ^ b for a, b in zip(first, needle, strict=True)]]


def about(mode: str) -> list[tuple[str, str]]:
    """What stands under the table: the confinement, versions, and whether there is a GPU."""
    libraries = [f"{name} {_version(name)}" for name in LIBRARIES]
    cards = sorted(node.name for node in Path("/dev").glob("nvidia[0-9]*"))
    binary = confinement.bubblewrap_binary() if mode == "bubblewrap" else None
    return [
        ("confinement", f"{mode} ({binary})" if binary else mode),
        ("user", "root: each submission gets a user id of its own" if os.getuid() == 0 else "not root"),
        ("system", f"Linux {platform.release()} on {platform.machine()}, Python {platform.python_version()}"),
        ("libraries", ", ".join(libraries)),
        ("CUDA", f"{len(cards)} device(s): {', '.join(cards)}" if cards else "no device"),
        ("programs", ", ".join(name for name in ("bwrap", "xelatex", "psql") if shutil.which(name)) or "none found"),
    ]


def _version(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return "missing"


def _attempted(server: ForkServer, guarantee: str, tried: str, code: str, places: dict[str, object]) -> Finding:
    """A forbidden act, as a function of a student's that returns what it managed."""
    body = "\n".join(f"    {line}" for line in code.strip().splitlines())
    head = f"def attempt({', '.join(places)}):\n    managed = []"
    cell = f"{_PRELUDE}\n{head}\n{body}\n    return managed\n"
    with Session(server.launchers[0], LIMITS) as session:
        run = session.run_cell(cell)
        outcome = session.call("attempt", (), places, ATTEMPT_SECONDS)
    if outcome.status is Status.OUT_OF_MEMORY or outcome.error in (FATES["processes"], FATES["scratch"]):
        return Finding(guarantee, tried, "")  # ended at its limit
    if run.status is not Status.RETURNED or outcome.status is not Status.RETURNED:
        return Finding(guarantee, tried, f"the attempt itself failed: {run.error or outcome.error or outcome.status}")
    managed = outcome.value if isinstance(outcome.value, list) else [outcome.value]
    return Finding(guarantee, tried, ", ".join(map(str, managed[:3])))


_PRELUDE = """
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
        for start in range(low, high - len(first), 1 << 22):
            size = min(high - start, (1 << 22) + len(first))
            data = np.frombuffer((ctypes.c_uint8 * size).from_address(start), np.uint8)
            places = np.flatnonzero(data[: size - len(first)] == first[0] ^ second[0])
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


def _time_is_bounded(server: ForkServer) -> tuple[str, str, str]:
    cell = "import signal\nsignal.signal(signal.SIGUSR1, signal.SIG_IGN)\ndef endless():\n    while True:\n        pass"
    start = time.monotonic()
    with Session(server.launchers[0], LIMITS) as session:
        session.run_cell(cell)
        outcome = session.call("endless", (), {}, 0.5)
    took = time.monotonic() - start
    managed = "" if outcome.status is Status.TIMED_OUT and took < 10 else f"{outcome.status} after {took:.0f} s"
    return "Time is bounded", "an endless loop that ignores signals", managed


def _output_is_bounded(server: ForkServer) -> tuple[str, str, str]:
    with Session(server.launchers[0], LIMITS) as session:
        run = session.run_cell("print('x' * 1_000_000)")
    size = len(str(run.outputs))
    return "Output is bounded", "a million characters", "" if size < 2 * LIMITS.cell_output else f"{size} characters"


def _answers_are_plain_data(server: ForkServer) -> tuple[str, str, str]:
    cell = """
import autograder.runtime
from autograder.plain import Source
autograder.runtime.Runtime.to_plain = lambda self, value, depth=0: value
def program():
    return Source("value = 1", "value")
"""
    with Session(server.launchers[0], LIMITS) as session:
        session.run_cell(cell)
        outcome = session.call("program", (), {}, 2.0)
    managed = str(outcome.value) if outcome.status is Status.RETURNED else ""
    return "Answers are plain data", "an answer that is a program", managed


def _nothing_survives(server: ForkServer) -> tuple[str, str, str]:
    cell = """
import os, time
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        time.sleep(600)
    os._exit(0)
"""
    before = set(descendants(server.pid))
    with Session(server.launchers[0], LIMITS) as session:
        session.run_cell(cell)
    left = set(descendants(server.pid)) - before
    return "No process survives its submission", "a daemon", f"{len(left)} live on" if left else ""


def _nothing_is_left_behind(server: ForkServer) -> tuple[str, str, str]:
    folders = '[os.getcwd(), "/tmp", "/dev/shm", "/var/tmp"]'
    with Session(server.launchers[0], LIMITS) as session:
        session.run_cell(
            f"import os\nfor folder in {folders}:\n    try:\n        open(folder + '/.doctor-left', 'w').close()\n"
            "    except OSError:\n        pass"
        )
    with Session(server.launchers[0], LIMITS) as session:
        session.run_cell(
            f"import os\nfound = [f for f in {folders} if os.path.exists(f + '/.doctor-left')]\nfor folder in found:\n"
            "    os.unlink(folder + '/.doctor-left')"
        )
        found = session.value("found").value
    managed = ", ".join(map(str, found)) if isinstance(found, list) else "the next submission did not run"
    return "The next submission finds nothing", "files in every folder that can be written", managed


PROBES: tuple[Callable[[ForkServer], tuple[str, str, str]], ...] = (
    _time_is_bounded,
    _output_is_bounded,
    _answers_are_plain_data,
    _nothing_survives,
    _nothing_is_left_behind,
)


def print_findings(mode: str, findings: list[Finding]) -> None:
    """The table of guarantees, and what stands under it."""
    from rich.console import Console
    from rich.table import Table

    console = Console(width=None if sys.stdout.isatty() else 120)
    table = Table("guarantee", "what was tried in the sandbox", "")
    for finding in findings:
        result = "holds" if finding.holds else f"does not hold: {finding.managed}"
        table.add_row(finding.guarantee, finding.tried, result, style="" if finding.holds else "bold red")
    console.print(table)
    for name, text in about(mode):
        console.print(f"{name}: {text}", highlight=False, markup=False)
