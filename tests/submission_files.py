"""Submissions as data: text files of cells with the verdict that they must get.

    tests/submissions/<challenge>/right/<style>.py            every exercise in it earns full marks
    tests/submissions/<challenge>/wrong/<exercise>-<slug>.py  the exercise loses marks on its hidden cases

A file is cells headed ``# %% <grade_id>`` (``# %% setup`` for imports); a wrong one opens with comment lines
``# mistake: <name>`` (the known mistake it must be told) and ``# verdict: <verdict>`` (default wrong), both optional.
``python -m tests.submission_files <challenge> [<part of a file name>]`` judges them in this process, without sandbox.
"""

from __future__ import annotations

import sys
import warnings
from dataclasses import dataclass, field
from pathlib import Path

from autograder.course import load_challenges
from autograder.exercise import Challenge
from autograder.judge import judge
from autograder.notebooks.fill import parse_cells
from autograder.prepare import prepare
from autograder.runtime import Runtime
from autograder.verdict import ExerciseResult

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "tests" / "submissions"


@dataclass(frozen=True)
class SubmissionFile:
    """One file: its cells by grade_id, and what must come of it."""

    path: Path
    challenge: str
    right: bool
    cells: dict[str, str]
    header: dict[str, str] = field(default_factory=dict)

    @property
    def exercise(self) -> str:
        """The exercise that a wrong file is about."""
        return self.path.stem.split("-")[0]

    @property
    def label(self) -> str:
        return str(self.path.relative_to(FOLDER).with_suffix(""))


def read(path: Path) -> SubmissionFile:
    header, cells = parse_cells(path.read_text(encoding="utf-8"))
    return SubmissionFile(path, path.parent.parent.name, path.parent.name == "right", cells, header)


def all_files(challenge: str = "*") -> list[SubmissionFile]:
    return [read(path) for path in sorted(FOLDER.glob(f"{challenge}/*/*.py"))]


def judge_in_process(file: SubmissionFile, challenge: Challenge) -> dict[str, ExerciseResult]:
    """Results of the exercises that the file answers, judged in this process."""
    namespace: dict[str, object] = {"__name__": "__main__"}
    supplied = [s.source for s in challenge.supplied.values()]
    imports = ["import numpy as np"] + ["import torch"] * any("torch" in source for source in supplied)
    setup = [*imports, *supplied]
    for source in [*setup, *file.cells.values()]:
        exec(compile(source, f"<{file.label}>", "exec"), namespace)
    runtime = Runtime(namespace)
    return {
        name: judge(prepare(challenge, exercise, secret=b"development"), runtime)
        for name, exercise in challenge.exercises.items()
        if name in file.cells
    }


def complaints(file: SubmissionFile, results: dict[str, ExerciseResult]) -> list[str]:
    """What differs between the results and what the file must get; empty where all is as it should be."""
    if file.right:
        failed = (r for r in results.values() if r.verdict != "correct")
        return [f"{r.name} got {r.points:g} of {r.max_points:g}: {r.message}" for r in failed]
    result = results[file.exercise]
    found = []
    lost = any(not case.public and case.verdict != "correct" for case in result.cases)
    if not lost or result.points >= result.max_points:
        found.append(f"{result.name} lost no marks on its hidden cases")
    if result.verdict != file.header.get("verdict", "wrong"):
        found.append(f"{result.name} is {result.verdict}, not {file.header.get('verdict', 'wrong')}: {result.message}")
    if "mistake" in file.header and result.mistake != file.header["mistake"]:
        found.append(f"{result.name}: the mistake named is {result.mistake}, not {file.header['mistake']}")
    return found


def main(challenge_name: str, part: str = "") -> int:
    challenge = load_challenges(ROOT)[challenge_name]
    bad = 0
    for file in all_files(challenge_name):
        if part not in file.label:
            continue
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            results = judge_in_process(file, challenge)
        found = complaints(file, results)
        bad += bool(found)
        print("ok  " if not found else "BAD ", file.label, *(f"\n     {text}" for text in found))
        for result in results.values():
            for case in result.cases:
                if case.fault:
                    print(case.fault)
    print(f"{bad} bad")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
