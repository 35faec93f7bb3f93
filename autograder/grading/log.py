"""The log of a run: one line of JSON for each notebook that it graded."""

from __future__ import annotations

import datetime
import json
import os
from pathlib import Path
from typing import TextIO

from autograder.grading.report import Report

LOGS = ".autograder/logs"


class Log:
    """Written a line at a time, in a file that is made with the first. Use as a context manager."""

    def __init__(self, root: Path, assignment: str) -> None:
        stamp = datetime.datetime.now(datetime.UTC).strftime("%Y%m%dT%H%M%S")
        self._to_be = root / LOGS / f"{assignment}-{stamp}-{os.getpid()}.jsonl"
        self._file: TextIO | None = None
        self.path: Path | None = None  # None until there is a line

    def __enter__(self) -> Log:
        return self

    def __exit__(self, *error: object) -> None:
        if self._file is not None:
            self._file.close()

    def add(self, student: str, challenge: str, report: Report) -> None:
        if self._file is None:
            self._to_be.parent.mkdir(parents=True, exist_ok=True)
            self._file = self._to_be.open("a", encoding="utf-8", buffering=1)
            self.path = self._to_be
        line = {
            "at": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
            "student": student,
            "challenge": challenge,
            "score": report.score,
            "max_score": report.max_score,
            "seconds": report.seconds,
            "verdicts": {each.name: str(each.verdict) for each in report.exercises},
            "faults": report.faults,
        }
        self._file.write(json.dumps(line, ensure_ascii=False) + "\n")
