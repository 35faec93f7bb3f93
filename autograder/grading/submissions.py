"""What was handed in: which file of a student's folder counts for which challenge."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from autograder.course import Course, NoCourse
from autograder.exercise import Challenge
from autograder.notebooks.read import UnreadableNotebook, original_stem, read_notebook


@dataclass
class Submission:
    """One student's folder of an assignment: the file that counts for each challenge, and what else was there."""

    student: str
    folder: Path
    files: dict[str, Path] = field(default_factory=dict)
    unreadable: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


def find_submissions(
    course: Course, assignment: str, challenges: dict[str, Challenge], only: set[str]
) -> list[Submission]:
    """The submissions under submitted/; NoCourse where there is no such folder or a named student is not in it."""
    top = course.root / "submitted"
    if not top.is_dir():
        raise NoCourse(f"There is no folder {top}: put submissions there as submitted/<student>/{assignment}/.")
    folders = sorted(path for path in top.glob(f"*/{assignment}") if path.is_dir())
    found = [_submission(folder, course, challenges) for folder in folders if not only or folder.parent.name in only]
    missing = only - {each.student for each in found}
    if missing:
        raise NoCourse(f"There is no submission of {assignment} by {', '.join(sorted(missing))} under {top}.")
    if not found:
        raise NoCourse(f"There is no submission of {assignment} under {top}.")
    return found


def _submission(folder: Path, course: Course, challenges: dict[str, Challenge]) -> Submission:
    """Which file counts for which challenge: whose content says so, the released name first, else the newest."""
    submission = Submission(folder.parent.name, folder)
    claims: dict[str, list[Path]] = {}
    for path in sorted(folder.glob("*.ipynb")):
        try:
            name = read_notebook(path, course.challenges).challenge.name
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
        chosen = max(readable or paths, key=lambda p: (p.stem == name, p.stat().st_mtime, p.name))
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
    try:
        read_notebook(path, course.challenges)
    except UnreadableNotebook:
        return False
    return True
