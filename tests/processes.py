"""The processes of this machine, as tests look at them."""

from __future__ import annotations

import time
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from autograder.sandbox.processes import descendants


def processes_below(pid: int) -> set[int]:
    """The processes that descend from ``pid``."""
    return set(descendants(pid)) - {pid}


def family(pid: int) -> dict[int, str]:
    """The processes that descend from ``pid``, with their command lines."""
    found: dict[int, str] = {}
    for child in processes_below(pid):
        with suppress(OSError):  # it has ended since
            found[child] = Path(f"/proc/{child}/cmdline").read_text().replace("\0", " ")
    return found


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in ("Z", "X")
    except OSError:
        return False


def still_alive(pids: Iterable[int], seconds: float = 10.0) -> set[int]:
    """Those that live on after ``seconds``: what is killed is gone a moment later."""
    deadline, left = time.monotonic() + seconds, set(pids)
    while (left := {pid for pid in left if alive(pid)}) and time.monotonic() < deadline:
        time.sleep(0.02)
    return left
