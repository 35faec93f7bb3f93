"""What was handed in: which file of a student's folder counts for which challenge."""

from __future__ import annotations

import os
import stat
from collections.abc import Collection, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from autograder.course import Course, NoCourse
from autograder.notebooks.read import UnreadableNotebook, original_stem, read_notebook


@dataclass(slots=True)
class Submission:
    """One student's folder of an assignment: the file that counts for each challenge, and what else was there."""

    student: str
    folder: Path
    files: dict[str, Path] = field(default_factory=dict)
    unreadable: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


def find_submissions(course: Course, assignment: str, only: Iterable[str] = ()) -> list[Submission]:
    """The submissions under submitted/, of everybody or ``only`` of some.

    NoCourse where there is no such folder or assignment, or where a named student is not in it.
    """
    only, challenges = set(only), course.names_of(assignment)
    top = course.root / "submitted"
    if not top.is_dir():
        raise NoCourse(f"There is no folder {top}: put submissions there as submitted/<student>/{assignment}/.")
    folders = _folders(course, assignment, only)
    found = [_submission(folder, course, challenges) for folder in folders]
    missing = only - {each.student for each in found}
    if missing:
        raise NoCourse(f"There is no submission of {assignment} by {', '.join(sorted(missing))} under {top}.")
    if not found:
        raise NoCourse(f"There is no submission of {assignment} under {top}.")
    return found


def notebooks_of(course: Course, assignment: str, only: Collection[str]) -> list[Path]:
    """Every file that may be a notebook of the assignment, of everybody or ``only`` of some."""
    found = (path for folder in _folders(course, assignment, only) for path in _notebooks_in(folder))
    return [path for path in found if _is_plain(path)]


def misnamed(course: Course, assignment: str) -> list[str]:
    """A sentence for each student's folder whose name no gradebook and no page can hold; it is left out."""
    folders = (course.root / "submitted").glob(f"*/{assignment}")
    names = (folder.parent.name for folder in folders if not _is_text(folder.parent.name))
    return [f"The folder {os.fsencode(name)!r} under submitted/ is not named in UTF-8: rename it." for name in names]


def _folders(course: Course, assignment: str, only: Collection[str]) -> list[Path]:
    folders = sorted((course.root / "submitted").glob(f"*/{assignment}"))
    chosen = (path for path in folders if not only or path.parent.name in only)
    return [path for path in chosen if path.is_dir() and _is_text(path.parent.name)]


def _is_text(name: str) -> bool:
    return name == name.encode("utf-8", "replace").decode("utf-8")


def _is_plain(path: Path) -> bool:
    """Whether it is a file of its own: a link could lead to another's work, and a device never ends."""
    return stat.S_ISREG(path.lstat().st_mode)


def _notebooks_in(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.ipynb"))


def _submission(folder: Path, course: Course, challenges: Collection[str]) -> Submission:
    """Which file counts for which challenge: whose content says so, the released name first, else the newest."""
    submission = Submission(folder.parent.name, folder)
    claims: dict[str, list[Path]] = {}
    for path in _notebooks_in(folder):
        try:
            name = _challenge_of(path, course)
        except UnreadableNotebook as error:
            name = original_stem(path.name)
            if name not in challenges:
                submission.notes.append(str(error))
                continue
            submission.unreadable[name] = str(error)
        if name not in challenges:
            submission.notes.append(f"{path.name} is {name}, which belongs to another assignment; it was not graded")
            continue
        claims.setdefault(name, []).append(path)
    for name, paths in claims.items():
        readable = [path for path in paths if name not in submission.unreadable or _reads(path, course)]
        chosen = max(readable or paths, key=lambda p: (p.stem == name, p.lstat().st_mtime, p.name))
        if readable:
            submission.unreadable.pop(name, None)
        submission.files[name] = chosen
        others = [path.name for path in paths if path != chosen]
        if others:
            submission.notes.append(f"{name}: {chosen.name} was graded, not {', '.join(others)}")
    for name in challenges:
        if name not in submission.files:
            submission.notes.append(f"{name} was not handed in")
    return submission


def _reads(path: Path, course: Course) -> bool:
    with suppress(UnreadableNotebook):
        return bool(_challenge_of(path, course))
    return False


def _challenge_of(path: Path, course: Course) -> str:
    if not _is_plain(path):
        raise UnreadableNotebook(f"{path.name} is a link, a folder or a device: put the notebook itself there.")
    return read_notebook(path, course.challenges).challenge.name
