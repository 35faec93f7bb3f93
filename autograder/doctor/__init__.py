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
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from autograder.course import Course
from autograder.doctor.attempts import ATTEMPTS, PRELUDE
from autograder.doctor.probes import LIMITS, PROBES
from autograder.oracle import Status
from autograder.sandbox import confinement
from autograder.sandbox.fork_server import ForkServer
from autograder.sandbox.session import FATES, Session

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
    cell = f"{PRELUDE}\n{head}\n{body}\n    return managed\n"
    with Session(server.launchers[0], LIMITS) as session:
        run = session.run_cell(cell)
        outcome = session.call("attempt", (), places, ATTEMPT_SECONDS)
    ended_at_limit = outcome.status is Status.OUT_OF_MEMORY or outcome.error in (FATES["processes"], FATES["scratch"])
    if ended_at_limit and "bounded" in guarantee:  # elsewhere it would hide what the attempt was to find out
        return Finding(guarantee, tried, "")
    if run.status is not Status.RETURNED or outcome.status is not Status.RETURNED:
        return Finding(guarantee, tried, f"the attempt itself failed: {run.error or outcome.error or outcome.status}")
    managed = outcome.value if isinstance(outcome.value, list) else [outcome.value]
    return Finding(guarantee, tried, ", ".join(map(str, managed[:3])))


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
