"""Hostile submissions as data: one file an attack under tests/attacks/, with a header that says what must hold.

A .py file is cells headed ``# %% <grade_id>`` put into the toy course's notebook; an .ipynb file is handed in as it is,
its header in the metadata's ``attack`` (``claim`` and ``error`` alone where it is no notebook). The header's lines:

    claim    what the attack is about, as a sentence that must hold
    points   what it earns, of 4 (default 0)
    verdict  of the exercise ``halve``, or two with ``or`` between
    seconds  within which it is graded (default 8)
    says     a text that must be in the report; ``hides`` one that must not
    error    a text in the sentence that says why the file cannot be judged
"""

from __future__ import annotations

import json
import os
import re
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from autograder.exercise import Challenge
from autograder.grading.report import Report
from autograder.grading.submission import Grader
from autograder.notebooks.fill import fill, parse_cells
from autograder.sandbox import confinement
from autograder.sandbox.fork_server import Launcher
from autograder.sandbox.limits import Limits
from autograder.sandbox.session import Session

FOLDER = Path(__file__).parent / "attacks"
LIMITS = Limits(
    cell_seconds=1.5, call_seconds=0.5, notebook_seconds=10, memory=768 * 2**20, processes=48, scratch=64_000_000,
    cell_output=200_000, notebook_output=400_000,
)  # fmt: skip


@dataclass(frozen=True)
class Attack:
    """One file: the notebook it hands in, and its header."""

    name: str
    content: bytes
    header: dict[str, str] = field(default_factory=dict)


def released(challenge: Challenge) -> dict[str, Any]:
    """The challenge's notebook, as a student gets it, without prose."""
    cells = [_cell("import numpy as np", "imports")]
    cells += [_cell(each.source, f"supplied-{name}") for name, each in challenge.supplied.items()]
    for name, exercise in challenge.exercises.items():
        cells += [_cell(exercise.stub(), name), _cell(f'check("{name}")', f"{name}-check")]
    own = {"autograder": {"assignment": challenge.assignment, "challenge": challenge.name}}
    return {"cells": cells, "metadata": own, "nbformat": 4, "nbformat_minor": 5}


def all_attacks(challenge: Challenge) -> list[Attack]:
    return [_read(path, challenge) for path in sorted(FOLDER.iterdir()) if path.suffix in (".py", ".ipynb")]


def grade(attack: Attack, grader: Grader, folder: Path) -> tuple[Report, float]:
    """The report on an attack, and the seconds that it took."""
    path = folder / f"{attack.name}.ipynb"
    path.write_bytes(attack.content)
    start = time.monotonic()
    report = grader.grade_file(path)
    return report, time.monotonic() - start


def complaints(attack: Attack, report: Report, seconds: float, secrets: list[str]) -> list[str]:
    """What does not hold though the header, or the promise made of every submission, says so."""
    header, found = attack.header, []
    text = json.dumps(report.to_plain(), ensure_ascii=False)
    text.encode()  # a report is written to a file
    if "error" in header:
        return [] if header["error"] in report.error else [f"the error is {report.error!r}"]
    if report.score != float(header.get("points", 0)):
        found.append(f"it earns {report.score} points")
    verdict = next((str(each.verdict) for each in report.exercises if each.name == "halve"), "")
    if verdict not in header.get("verdict", verdict).split(" or "):
        found.append(f"its verdict is {verdict}")
    if seconds > float(header.get("seconds", 8)):
        found.append(f"it took {seconds:.1f} s")
    if header.get("says", "") not in text:
        found.append(f"the report does not say {header['says']!r}: {text[:1500]}")
    if "hides" in header and header["hides"] in text:
        found.append(f"the report says {header['hides']!r}")
    found += [f"the report holds the secret line {secret!r}" for secret in secrets if secret in text]
    found += [f"the grader failed: {fault}" for fault in [report.error, *report.faults] if fault]
    if "the sandbox failed" in text:
        found.append("the sandbox failed")
    if len(text) > 3 * LIMITS.notebook_output:
        found.append(f"the report has {len(text)} characters")
    return found


def damage(launcher: Launcher) -> list[str]:
    """What the next submission would notice of the ones before it; nothing, if all is well."""
    cell = """
import os, sys, socket
import numpy as np
def honest(x):
    return x / 2
left = sorted(os.listdir(".") + os.listdir("/tmp")) if os.path.isdir("/tmp/work") else os.listdir(".")
try:
    left += os.listdir("/dev/shm")
except OSError:
    pass
try:
    socket.socket(socket.AF_UNIX).connect("\\0left-behind")
    left += ["socket"]
except OSError:
    pass
whole = bool(np.allclose(1, 1)) and not bool(np.allclose(1, 2)) and "left-behind" not in str(sys.path)
"""
    with Session(launcher, Limits()) as session:
        run = session.run_cell(cell)
        left, whole = session.value("left").value, session.value("whole").value
        half = session.call("honest", (4.0,), {}, 2.0)
    found = [] if run.status == "returned" else [f"the next submission's cell {run.status}: {run.error}"]
    if half.value != 2.0:
        found.append(f"the next submission's call ended with {half}")
    # what may be read under /tmp stays there: a checkout's virtual environment, say
    kept = {Path(path).parts[2] for path in confinement.readable_paths() if path.startswith("/tmp/")}
    strange = sorted(set(left) - {"work"} - kept)
    if strange:
        found.append(f"the next submission finds {strange}")
    return found if whole else [*found, "the next submission's NumPy is not its own"]


def processes_of(uid: int) -> list[int]:
    """The processes that run as the user ``uid``."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if os.stat(folder).st_uid == uid:
                found.append(int(folder.name))
        except OSError:
            continue
    return found


def secret_lines(course: Path) -> list[str]:
    """Lines of the course's references that a student's notebook does not show, its secret, and its gradebook's."""
    lines = []
    for path in sorted((course / "reference_solutions").rglob("*.py")):
        lines += [line.strip() for line in path.read_text().splitlines() if "secretly" in line or "itself" in line]
    return [*lines, *(path.read_text().strip() for path in (course / ".autograder-secret", course / "gradebook.db"))]


def _read(path: Path, challenge: Challenge) -> Attack:
    if path.suffix == ".py":
        header, cells = parse_cells(path.read_text(encoding="utf-8"))
        return Attack(path.stem, json.dumps(fill(released(challenge), cells)).encode(), header)
    content = path.read_bytes()
    try:
        header = json.loads(content)["metadata"]["attack"]
    except ValueError:
        header = dict(re.findall(r'"(claim|error)": "([^"]*)"', content.decode()))
    return Attack(path.stem, content, header)


def _cell(source: str, grade_id: str) -> dict[str, Any]:
    metadata = {"nbgrader": {"grade_id": grade_id}}
    return {"cell_type": "code", "metadata": metadata, "source": source, "outputs": [], "execution_count": None}
