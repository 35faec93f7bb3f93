"""Guarantees that are seen from outside: what becomes of a submission that breaks them."""

from __future__ import annotations

import time
from collections.abc import Callable

from autograder.oracle import Status
from autograder.sandbox.fork_server import ForkServer
from autograder.sandbox.limits import Limits
from autograder.sandbox.processes import descendants
from autograder.sandbox.session import Session

LIMITS = Limits(
    cell_seconds=5, call_seconds=2, notebook_seconds=30, memory=400 * 2**20, processes=24, scratch=20_000_000,
    cell_output=10_000, notebook_output=20_000, value=1_000_000,
)  # fmt: skip


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
