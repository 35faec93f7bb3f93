"""Grading one submission inside Gradescope's container; ``run_autograder`` of the zip starts it.

    <root>/source/package/     this package, which students' processes import
    <root>/source/course/      references and secret: only root can enter
    <root>/submission/         what the student uploaded
    <root>/results/results.json    what Gradescope reads, as its autograder specification says

Where nothing can be judged (no confinement, say) no results are written: Gradescope then tells the student that the
autograder failed, and shows the instructor why, which no score of ours could.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from html import escape
from pathlib import Path
from typing import Any

from autograder.course import Course
from autograder.exercise import Challenge
from autograder.grading.report import Report
from autograder.grading.submission import Grader
from autograder.notebooks.read import SubmittedNotebook, UnreadableNotebook, read_notebook
from autograder.sandbox.confinement import NoConfinement
from autograder.sandbox.fork_server import ForkServer, SandboxError
from autograder.secret import course_secret
from autograder.table import as_html
from autograder.verdict import CaseResult, Verdict

COURSE, PACKAGE = "course", "package"
_NO_PLACES = ("__MACOSX", ".ipynb_checkpoints")


@dataclass
class HandedIn:
    """The notebooks of an upload by challenge, and what is to be said of the other files."""

    notebooks: dict[str, tuple[Path, SubmittedNotebook]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


def main(root: Path) -> int:
    """Grades ``root``/submission and writes ``root``/results/results.json; 1 where nothing could be judged."""
    start = time.monotonic()
    shut(root / "source")
    course = Course.open(root / "source" / COURSE)
    handed_in = collect(root / "submission", course.challenges)
    try:
        mode, reports = grade(course, handed_in, student_of(root))
    except (NoConfinement, SandboxError) as error:
        print(error, file=sys.stderr)
        return 1
    for report in reports.values():
        for fault in report.faults:
            print(f"grader error in {report.challenge}, {fault}")
    results = results_of(course.challenges, handed_in, reports, mode, time.monotonic() - start)
    text = json.dumps(results, indent=1, ensure_ascii=False)
    (root / "results").mkdir(exist_ok=True)
    (root / "results" / "results.json").write_text(text + "\n", encoding="utf-8")
    print(f"{results['score']:g} points, confinement {mode}")
    return 0


def shut(source: Path) -> None:
    """Lets this user alone into the course, whatever unpacking made of its modes, and everybody to the package."""
    (source / COURSE).chmod(0o700)
    for secret in (source / COURSE).glob(".*"):
        secret.chmod(0o600)
    for folder in (source, source / PACKAGE):
        folder.chmod(0o755)


def student_of(root: Path) -> str:
    """The e-mail address of the student, from Gradescope's metadata; empty where there are none."""
    try:
        metadata = json.loads((root / "submission_metadata.json").read_text(encoding="utf-8"))
        return str(metadata["users"][0]["email"])
    except (OSError, ValueError, LookupError, TypeError):
        return ""


def collect(folder: Path, challenges: Mapping[str, Challenge]) -> HandedIn:
    """The notebooks anywhere in an upload. Of two of one challenge the one of its name counts, else the newest."""
    handed_in = HandedIn()
    for path in sorted(_notebook_files(folder), key=lambda path: (path.stem in challenges, path.stat().st_mtime)):
        name = path.relative_to(folder).as_posix()
        try:
            notebook = read_notebook(path, challenges)
        except UnreadableNotebook as unreadable:
            handed_in.notes.append(str(unreadable))
            continue
        former = handed_in.notebooks.get(notebook.challenge.name)
        if former is not None:
            other = former[0].relative_to(folder).as_posix()
            handed_in.notes.append(f"{other} is of the same challenge as {name}, which counts")
        handed_in.notebooks[notebook.challenge.name] = (path, notebook)
    return handed_in


def _notebook_files(folder: Path) -> Iterator[Path]:
    for path in folder.rglob("*.ipynb"):
        inside = path.relative_to(folder).parts
        if path.is_file() and not path.is_symlink() and not set(inside) & set(_NO_PLACES) and inside[-1][0] != ".":
            yield path


def grade(course: Course, handed_in: HandedIn, student: str) -> tuple[str, dict[str, Report]]:
    """The confinement and the reports by challenge. Raises NoConfinement or SandboxError where none can be had."""
    with ForkServer.of_course(course, course.options.confinement or None) as server:
        grader = Grader(
            course.challenges,
            server.launchers[0],
            limits=course.options.limits(),
            secret=course_secret(course.root),
            inputs_per_student=course.options.inputs_per_student,
        )
        server.wait_ready()
        reports = {
            name: grader.grade(notebook, path.name, student) for name, (path, notebook) in handed_in.notebooks.items()
        }
        return server.mode, reports


# --- results.json -----------------------------------------------------------------------------------------------------


def results_of(
    challenges: Mapping[str, Challenge], handed_in: HandedIn, reports: dict[str, Report], mode: str, seconds: float
) -> dict[str, Any]:
    """Gradescope's results: a test an exercise with the points, shown once grades are published, and one that shows its
    public cases at once. No leaderboard; what is printed is for instructors."""
    tests: list[dict[str, Any]] = []
    for i, (name, challenge) in enumerate(challenges.items(), 1):
        tests += _tests(challenge, reports.get(name), i)
    return {
        "score": round(sum(report.score for report in reports.values()), 4),
        "execution_time": round(seconds, 1),
        "output": _about(handed_in, reports, mode),
        "output_format": "html",
        "stdout_visibility": "hidden",
        "visibility": "visible",
        "tests": tests,
    }


def _tests(challenge: Challenge, report: Report | None, number: int) -> Iterator[dict[str, Any]]:
    if report is None:
        for j, exercise in enumerate(challenge.exercises.values(), 1):
            yield {
                **_test(exercise.name, f"{number}.{j}", challenge, False, "visible"),
                "score": 0,
                "max_score": exercise.points,
                "output": f"<p>No notebook of {escape(challenge.name)} was handed in.</p>",
            }
        return
    for j, result in enumerate(report.exercises, 1):
        public = tuple(case for case in result.cases if case.public)
        if public:
            passed = _all_right(public)
            shown = replace(result, cases=public, hint=None if passed else result.hint)
            about = _test(f"{result.name}: public cases", f"{number}.{j}.1", challenge, passed, "visible")
            yield {**about, "output": as_html(shown)}
        yield {
            **_test(result.name, f"{number}.{j}.2", challenge, result.verdict is Verdict.CORRECT, "after_published"),
            "score": round(result.points, 4),
            "max_score": result.max_points,
            "output": as_html(result),
        }


def _test(name: str, number: str, challenge: Challenge, passed: bool, visibility: str) -> dict[str, Any]:
    return {
        "name": name,
        "number": number,
        "status": "passed" if passed else "failed",
        "output_format": "html",
        "visibility": visibility,
        "tags": [challenge.name],
    }


def _all_right(cases: tuple[CaseResult, ...]) -> bool:
    return all(case.verdict is Verdict.CORRECT for case in cases)


def _about(handed_in: HandedIn, reports: dict[str, Report], mode: str) -> str:
    lines = [f"Judged in the confinement “{mode}”."]
    if any(report.faults for report in reports.values()):
        lines.append("Some exercises could not be judged, through no fault of yours: they are marked as grader errors.")
    written = [f"{name}: {', '.join(report.written)}" for name, report in reports.items() if report.written]
    if written:
        lines.append(f"Read by a person, and not in this score: {'; '.join(written)}.")
    notes = [*handed_in.notes, *(f"{name}: {note}" for name, report in reports.items() for note in report.notes)]
    items = "".join(f"<li>{escape(note)}</li>" for note in notes)
    return "".join(f"<p>{escape(line)}</p>" for line in lines) + (f"<ul>{items}</ul>" if items else "")


if __name__ == "__main__":
    sys.exit(main(Path(os.environ.get("AUTOGRADER_ROOT", "/autograder"))))
