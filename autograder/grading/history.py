"""What was filed for each student, version after version: the record of older submissions, and past timings.

One line of JSON for each report that reached the gradebook, appended to ``.autograder/history/<assignment>.jsonl``; the
reports themselves stay in the results store under the keys named here.
"""

from __future__ import annotations

import json
import os
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, TextIO

FOLDER = ".autograder/history"


@dataclass(frozen=True, slots=True)
class Filed:
    """A report that reached the gradebook: its key in the store, what that was made of, and how long grading took."""

    key: str
    parts: dict[str, str]
    seconds: float


class History:
    """The last filed report of each student's notebooks. Use as a context manager to append to it."""

    def __init__(self, root: Path, assignment: str) -> None:
        self._path = root / FOLDER / f"{assignment}.jsonl"
        self._last: dict[tuple[str, str], Filed] = {}
        self._file: TextIO | None = None
        spent: dict[str, list[float]] = defaultdict(lambda: [0.0, 0.0])
        for line in _lines(self._path):
            parts = {sys.intern(k): sys.intern(v) for k, v in line["parts"].items()}  # nearly all have the same ones
            filed = Filed(line["key"], parts, float(line["seconds"]))
            self._last[line["student"], sys.intern(line["challenge"])] = filed
            spent[line["challenge"]][0] += filed.seconds
            spent[line["challenge"]][1] += 1
        self._mean = {name: seconds / count for name, (seconds, count) in spent.items()}

    @staticmethod
    def is_older_than(root: Path, assignment: str, files: Iterable[Path]) -> bool:
        """Whether one of ``files`` was written after anything was filed."""
        path = root / FOLDER / f"{assignment}.jsonl"
        since = path.stat().st_mtime if path.is_file() else 0.0
        return any(each.stat().st_mtime > since for each in files if each.is_file())

    def __enter__(self) -> History:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        torn = self._path.is_file() and not _ends_in_newline(self._path)  # the line at which a run was killed
        self._file = self._path.open("a", encoding="utf-8", buffering=1)
        if torn:
            self._file.write("\n")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None

    def last(self, student: str, challenge: str) -> Filed | None:
        """What was last filed for a student's notebook."""
        return self._last.get((student, challenge))

    def expected_seconds(self, student: str, challenge: str) -> float:
        """How long grading took for this student, else for others, the last time; 0 where nothing is known."""
        known = self.last(student, challenge)
        return known.seconds if known is not None else self._mean.get(challenge, 0.0)

    def add(self, student: str, challenge: str, filed: Filed, **more: Any) -> None:
        """Appends what was filed, unless it is what was filed last."""
        known = self.last(student, challenge)
        if known is not None and known.key == filed.key:
            return
        self._last[student, challenge] = filed
        assert self._file is not None, "history is appended to inside its context"
        line = {"student": student, "challenge": challenge, "key": filed.key, "seconds": filed.seconds, **more}
        self._file.write(json.dumps({**line, "parts": filed.parts}) + "\n")


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    """The whole lines of the file; one at which a run was killed is left out."""
    if not path.is_file():
        return
    with path.open(encoding="utf-8", errors="replace") as lines:
        for line in lines:
            try:
                entry = json.loads(line)
            except ValueError:
                continue
            if isinstance(entry, dict) and {"student", "challenge", "key", "parts", "seconds"} <= entry.keys():
                yield entry


def _ends_in_newline(path: Path) -> bool:
    with path.open("rb") as stream:
        if not stream.seek(0, os.SEEK_END):
            return True
        stream.seek(-1, os.SEEK_END)
        return stream.read(1) == b"\n"
