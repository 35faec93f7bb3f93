"""Results kept by content: the same submission, checks, secret, engine and limits give the same key, hence no work."""

from __future__ import annotations

import ast
import hashlib
import json
import os
import secrets
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from autograder.course import Course
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

    def holds(self, key: str) -> bool:
        """Whether there is a report with this key that can be used again: one with a grader error is made anew."""
        found = self.find(key)
        return found is not None and not found.faults

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


@dataclass(frozen=True)
class Versions:
    """What a result depends on besides the submission itself, each part as a fingerprint; worked out once a run."""

    shared: dict[str, str]
    checks: dict[str, str]  # by challenge
    per_student: bool

    @staticmethod
    def of(course: Course, assignment: str) -> Versions:
        limits = json.dumps(course.options.limits().to_plain(), sort_keys=True)
        shared = {
            "engine": engine_version(),
            "secret": fingerprint(course.secret),
            "device": course.device,
            "limits": fingerprint(limits.encode()),
            "data": str(course.options.full_data),
        }
        checks = {name: challenge_version(course.root, assignment, name) for name in course.names_of(assignment)}
        return Versions(shared, checks, bool(course.options.inputs_per_student))

    def parts(self, submission: bytes, challenge: str, student: str) -> dict[str, str]:
        """Everything that the result of a submission depends on."""
        own = {"submission": fingerprint(submission), "checks": self.checks[challenge]}
        return {**own, **self.shared, "drawn for": student if self.per_student else ""}


def key_of(parts: dict[str, str]) -> str:
    """The address of a result: a fingerprint of everything that it depends on."""
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def challenge_version(root: Path, assignment: str, challenge: str) -> str:
    """A fingerprint of a challenge's declaration, its comments and docstrings left out, for no verdict depends on them,
    and of the data that its cases, and its students, use."""
    folder = root / "reference_solutions" / assignment
    folders = (folder / "data", root / "source" / assignment / "data")
    data = [path for each in folders for path in sorted(each.rglob("*")) if path.is_file()]
    modules = [folder / f"{challenge}.py", *sorted(folder.glob("_*.py"))]
    return fingerprint("\n".join([*map(_program, modules), _fingerprint_of_files(data)]).encode())


def _program(module: Path) -> str:
    """A module's text as Python takes it."""
    tree = ast.parse(module.read_bytes())
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) and ast.get_docstring(node, clean=False):
            node.body = node.body[1:]
    return f"{module.name} {ast.dump(tree)}"


# modules that no verdict depends on: what stands around the judging
_AROUND = ("adapters", "report", "cli.py", "demo.py", "doctor", "calibrate.py", "check.py", "freeze.py", "frozen.py")
_JUDGING = ("grading/report.py", "grading/submission.py", "notebooks/read.py")


def judging_modules() -> list[Path]:
    """The modules of this package that a verdict may depend on, by their path in it."""
    package = Path(__file__).parent.parent
    inside = sorted(path.relative_to(package) for path in package.rglob("*.py"))
    judging = [path for path in inside if path.parts[0] not in (*_AROUND, "grading", "notebooks")]
    return [package / path for path in (*judging, *map(Path, _JUDGING))]


@lru_cache(maxsize=1)
def engine_version() -> str:
    """A fingerprint of the code that judges and of the libraries that students' answers are computed with."""
    libraries = [f"python {sys.version_info.major}.{sys.version_info.minor}"]
    for name in ("numpy", "scipy", "torch"):
        try:
            libraries.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            continue
    return " ".join([_fingerprint_of_files(judging_modules()), *libraries])


@lru_cache(maxsize=1)
def package_version() -> str:
    """A fingerprint of this whole package."""
    return _fingerprint_of_files(sorted(Path(__file__).parent.parent.rglob("*.py")))


def _fingerprint_of_files(paths: Iterable[Path]) -> str:
    material = hashlib.sha256()
    for path in paths:
        material.update(path.name.encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    return material.hexdigest()[:32]


def fingerprint(content: bytes) -> str:
    """What stands for these bytes in a key."""
    return hashlib.sha256(content).hexdigest()[:32]
