"""Zips as downloaded from Canvas, Moodle and Gradescope become submitted/, through nbgrader's zip collection."""

from __future__ import annotations

import logging
import re
import shutil
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import yaml
from nbgrader.api import Gradebook
from nbgrader.apps import ZipCollectApp
from nbgrader.coursedir import CourseDirectory
from traitlets.config import Config

from autograder.adapters.archives import HostileZip, Member, members
from autograder.course import Course
from autograder.exercise import Challenge
from autograder.grading.late import timestamp_of
from autograder.notebooks.read import UnreadableNotebook, original_stem, parse

# how each names the files of a submission; the groups are those of nbgrader's FileNameCollectorPlugin.named_regexp
CANVAS = re.compile(
    r"(?:.*/)?(?P<name>[^_/]+)_(?P<late>LATE_)?(?P<student_id>\d+)_(?P<order>\d+)_(?P<file_id>[^/]+)\.(?:ipynb|zip)$",
    re.I,
)
MOODLE = re.compile(
    r"(?:.*/)?(?P<name>[^/]+?)_(?P<student_id>\d+)_assignsubmission_file_?/?(?P<file_id>[^/]+)\.(?:ipynb|zip)$", re.I
)
GRADESCOPE = re.compile(r"(?:.*/)?(?P<student_id>submission_\d+)/(?:.*/)?(?P<file_id>[^/]+)\.(?:ipynb|zip)$", re.I)
PATTERNS = {"canvas": CANVAS, "moodle": MOODLE, "gradescope": GRADESCOPE}
# letters that are no plain letter with an accent
_LETTERS = str.maketrans({"ø": "o", "ł": "l", "æ": "ae", "œ": "oe", "đ": "d", "ð": "d", "þ": "th", "ı": "i"})
METADATA = "submission_metadata.yml"

# what nbgrader is given: each file where its path says whose it is, which notebook, and when it was handed in
_SORTED = r".*/(?P<student_id>[^/]+)/(?:at-(?P<timestamp>[0-9T]+)|unknown)/(?P<file_id>[^/]+)\.ipynb"


@dataclass(frozen=True)
class Person:
    """Who handed in, as far as the zip says."""

    name: str
    lms_id: str = ""
    email: str = ""
    late: bool = False


@dataclass(frozen=True)
class Found:
    """One notebook of one student: ``rank`` orders several of the same challenge, the newest last."""

    student: str
    challenge: str
    label: str
    content: bytes
    rank: tuple[Any, ...]
    handed_in: datetime | None = None


@dataclass
class Collected:
    """What was collected, for the person who did it."""

    students: dict[str, Person] = field(default_factory=dict)
    notebooks: int = 0
    resubmitted: list[str] = field(default_factory=list)
    renamed: list[str] = field(default_factory=list)
    spelled: list[str] = field(default_factory=list)
    late: list[str] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)


def collect(
    course: Course, assignment: str, zips: Iterable[Path], origin: str, gradebook: Gradebook | None
) -> Collected:
    """Reads the zips, takes the newest of each notebook and hands them to nbgrader's zip collection.

    Raises HostileZip, with a sentence and before anything is written, for a zip that cannot be trusted or understood.
    """
    challenges = course.of_assignment(assignment)
    roster = gradebook.students if gradebook else ()
    known = {key: each.id for each in roster for key in (each.lms_user_id, each.email) if key}
    collected = Collected()
    found: list[Found] = []
    for nth, path in enumerate(zips):
        files = list(members(path, collected.left_out))
        kind = origin if origin != "auto" else _kind(path, files)
        people = _people(path, files) if kind == "gradescope" else {}
        for place, file in enumerate(files):
            if file.name == METADATA:
                continue
            match = PATTERNS[kind].match(unicodedata.normalize("NFC", file.within or file.path))
            if match is None:
                collected.left_out.append(f"{path.name}: {file.path} is not named as {kind.title()} names files.")
                continue
            challenge = _challenge(file, course.challenges, challenges, _own_name(file, match), collected)
            if challenge is None:
                continue
            given = match.groupdict()
            number = given["student_id"]
            default = Person(given.get("name") or number, number, late=bool(given.get("late")))
            for person, when in people.get(number, [(default, None)]):
                student = known.get(person.lms_id) or known.get(person.email) or student_id(person, kind)
                _note(collected, student, person, challenge, _own_name(file, match))
                order = int(given.get("order") or 0)
                rank = (when or datetime.min, order, file.changed, _copy(file.name), nth, place)
                found.append(Found(student, challenge, file.within or file.path, file.content, rank, when))
    if not found:
        raise HostileZip(" ".join([f"There is no notebook of {assignment} in it.", *collected.left_out[:3]]))
    chosen = _newest([*_present(course, assignment, challenges, found), *found], collected)
    _through_nbgrader(course, assignment, chosen)
    if gradebook is not None:
        _remember(gradebook, collected.students)
    collected.notebooks = sum(not each.label.startswith("submitted/") for each in chosen)
    return collected


def student_id(person: Person, kind: str) -> str:
    """The name of the student's folder: plain letters, and the number that the LMS knows them by."""
    if kind == "gradescope":
        return _plain(person.lms_id or person.email.split("@")[0] or person.name)
    return f"{_plain(person.name)}-{person.lms_id}"


def _plain(name: str) -> str:
    """"José Núñez" → "jose-nunez": the same in every file system and on every command line."""
    letters = unicodedata.normalize("NFKD", name.casefold().translate(_LETTERS)).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", letters).strip("-") or "student"


def _kind(path: Path, files: list[Member]) -> str:
    if any(file.name == METADATA for file in files):
        return "gradescope"
    for kind in ("moodle", "canvas"):
        if any(PATTERNS[kind].match(file.within or file.path) for file in files):
            return kind
    said = "It looks like no download from Canvas, Moodle or Gradescope"
    raise HostileZip(f"{path.name}: {said}; if it is one, say which with --from.")


def _people(path: Path, files: list[Member]) -> dict[str, list[tuple[Person, datetime | None]]]:
    """Gradescope's own list: submission → who handed it in, and when."""
    text = next((file.content for file in files if file.name == METADATA), b"{}")
    try:
        listed = yaml.safe_load(text)
    except (yaml.YAMLError, ValueError, RecursionError):
        listed = None
    if not isinstance(listed, dict):
        raise HostileZip(f"{path.name}: its {METADATA} cannot be read.")
    people: dict[str, list[tuple[Person, datetime | None]]] = {}
    for submission, about in listed.items():
        about = about if isinstance(about, dict) else {}
        created = about.get(":created_at")
        when = created if isinstance(created, datetime) else None
        if when is not None and when.tzinfo is not None:
            when = when.astimezone(UTC).replace(tzinfo=None)
        submitters = about.get(":submitters")
        people[str(submission)] = [
            (Person(_text(each, ":name"), _text(each, ":sid"), _text(each, ":email")), when)
            for each in (submitters if isinstance(submitters, list) else [])
            if isinstance(each, dict)
        ]
    return people


def _text(about: dict[Any, Any], key: str) -> str:
    return str(about.get(key) or "")


def _own_name(file: Member, match: re.Match[str]) -> str:
    """The file's name as the student gave it, without what the LMS put before it."""
    return file.name if file.within else f"{match['file_id']}.ipynb"


def _challenge(
    file: Member, known: Mapping[str, Challenge], wanted: Mapping[str, Challenge], name: str, collected: Collected
) -> str | None:
    """Which challenge it is, from its content, else from its name; None (and a line) where it is none of these."""
    try:
        found = parse(file.content, name, known).challenge.name
    except UnreadableNotebook as error:
        found = next((stem for stem in (original_stem(name), _without_number(name)) if stem in known), "")
        if not found:
            collected.left_out.append(f"{file.within or file.path}: {error}")
            return None
    if found not in wanted:
        collected.left_out.append(f"{file.within or file.path} is {found}, which belongs to another assignment.")
        return None
    return found


def _without_number(name: str) -> str:
    """Canvas adds "-1", "-2" to what is handed in again."""
    return re.sub(r"-\d+$", "", original_stem(name))


def _copy(name: str) -> int:
    number = re.search(r"(?:\((\d+)\)|-(?:Copy)?(\d+))\.ipynb$", name)
    return int(number[1] or number[2]) if number else 0


def _note(collected: Collected, student: str, person: Person, challenge: str, name: str) -> None:
    if student not in collected.students:
        collected.students[student] = person
        if not person.name.isascii():
            collected.spelled.append(f"{person.name} → {student}")
    if name != f"{challenge}.ipynb":
        collected.renamed.append(f"{student}: {name} → {challenge}.ipynb")
    if person.late and f"{student}: {challenge}" not in collected.late:
        collected.late.append(f"{student}: {challenge}")


def _present(course: Course, assignment: str, challenges: Iterable[str], found: list[Found]) -> list[Found]:
    """What these students have under submitted/ already; the new wins unless it is known to be older."""
    dated = {each.student for each in found if each.handed_in is not None}
    present = []
    for student in sorted({each.student for each in found}):
        folder = course.root / "submitted" / student / assignment
        when = timestamp_of(folder)
        for challenge in challenges:
            path = folder / f"{challenge}.ipynb"
            if path.is_file() and not path.is_symlink():
                rank = (when,) if when is not None and student in dated else ()
                present.append(Found(student, challenge, f"submitted/{student}", path.read_bytes(), rank, when))
    return present


def _newest(found: list[Found], collected: Collected) -> list[Found]:
    """The newest of each student and challenge; the others are listed."""
    by_notebook: dict[tuple[str, str], list[Found]] = defaultdict(list)
    for each in found:
        by_notebook[each.student, each.challenge].append(each)
    chosen = []
    for (student, challenge), several in sorted(by_notebook.items()):
        *older, newest = sorted(several, key=lambda each: each.rank)
        chosen.append(newest)
        others = [each.label for each in older if each.content != newest.content]
        if others:
            collected.resubmitted.append(f"{student}: {challenge}: {newest.label} counts, not {', '.join(others)}")
    return chosen


def _through_nbgrader(course: Course, assignment: str, chosen: list[Found]) -> None:
    """nbgrader's zip collection writes submitted/ with its timestamps, from files sorted by student and time."""
    config = Config()
    config.CourseDirectory.root = str(course.root)
    config.CourseDirectory.assignment_id = assignment
    config.ZipCollectApp.downloaded_directory = ".build/collected"
    config.ZipCollectApp.force = True
    config.FileNameCollectorPlugin.named_regexp = _SORTED
    app = ZipCollectApp(config=config)
    app.coursedir = CourseDirectory(parent=app)
    app.log.setLevel(logging.ERROR)
    folder = course.root / ".build" / "collected" / assignment
    shutil.rmtree(folder, ignore_errors=True)
    for each in chosen:
        when = f"at-{each.handed_in:%Y%m%dT%H%M%S}" if each.handed_in else "unknown"
        path = folder / "archive" / each.student / when / f"{each.challenge}.ipynb"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(each.content)
    (folder / "extracted").mkdir()
    app.init_plugins()
    app.extract_archive_files()
    app.process_extracted_files()
    shutil.rmtree(folder)


def _remember(gradebook: Gradebook, students: Mapping[str, Person]) -> None:
    """Puts those whom the gradebook does not know into it, with their names, so that exports have them."""
    known = {each.id for each in gradebook.students}
    for student, person in students.items():
        if student not in known:
            first, _, last = person.name.rpartition(" ")
            gradebook.add_student(
                student, first_name=first or None, last_name=last, email=person.email or None,
                lms_user_id=person.lms_id or None,
            )  # fmt: skip
