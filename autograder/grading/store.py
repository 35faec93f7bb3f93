"""Results kept by content: the same submission, checks, secret, engine and limits give the same key, hence no work."""

from __future__ import annotations

import hashlib
import json
import os
import secrets
from collections.abc import Iterable
from functools import lru_cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from autograder.grading.report import Report

FOLDER = ".autograder/results"


class Store:
    """Reports as JSON files named by their key, each written whole or not at all."""

    def __init__(self, root: Path) -> None:
        self._folder = root / FOLDER

    def find(self, key: str) -> Report | None:
        """The report with this key, if it is there and whole."""
        try:
            return Report.from_plain(json.loads(self._path(key).read_text(encoding="utf-8")))
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def keep(self, key: str, report: Report) -> None:
        write_whole(self._path(key), json.dumps(report.to_plain()))

    def _path(self, key: str) -> Path:
        return self._folder / key[:2] / f"{key}.json"


def write_whole(path: Path, text: str) -> None:
    """Writes a file so that a reader, or a crash, sees the old one or the new one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        draft.write_text(text, encoding="utf-8")
        os.replace(draft, path)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise


def key_of(submission: bytes, *parts: str) -> str:
    """The address of a result: the submission's content and everything else that it depends on."""
    material = hashlib.sha256(submission)
    for part in parts:
        material.update(hashlib.sha256(part.encode()).digest())
    return material.hexdigest()


def challenge_version(root: Path, assignment: str, challenge: str) -> str:
    """A fingerprint of a challenge's declaration and of the hidden data that its cases use."""
    folder = root / "reference_solutions" / assignment
    data = sorted(path for path in (folder / "data").rglob("*") if path.is_file())
    return _fingerprint([folder / f"{challenge}.py", *sorted(folder.glob("_*.py")), *data])


@lru_cache(maxsize=1)
def engine_version() -> str:
    """A fingerprint of this package's code and of the libraries that students' answers are computed with."""
    package = Path(__file__).parent.parent
    libraries = []
    for name in ("numpy", "scipy", "torch"):
        try:
            libraries.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            continue
    judging = [
        path for path in sorted(package.rglob("*.py")) if path.parent.name not in ("adapters", "report", "notebooks")
    ]
    return _fingerprint([p for p in judging if p.name not in ("cli.py", "batch.py", "demo.py")]) + " ".join(libraries)


def _fingerprint(paths: Iterable[Path]) -> str:
    material = hashlib.sha256()
    for path in paths:
        material.update(path.name.encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    return material.hexdigest()


def to_line(report: Report, **more: Any) -> str:
    """One line for a log: what was graded, how it came out."""
    verdicts = {each.name: str(each.verdict) for each in report.exercises}
    line = {"file": report.file, "score": report.score, "seconds": report.seconds, "verdicts": verdicts, **more}
    return json.dumps({**line, "error": report.error} if report.error else line)
