"""The commands around grading: collect before it; report, export and similarity after it."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from autograder.course import Course

Add = Callable[[str, Callable[[argparse.Namespace], int], str], argparse.ArgumentParser]


def add_commands(add: Add) -> None:
    """Registers the commands with the parser of ``autograder``."""
    collected = add("collect", collect, "Turn zips downloaded from Canvas, Moodle or Gradescope into submitted/.")
    collected.add_argument("assignment")
    collected.add_argument("zips", nargs="+", type=Path, metavar="ZIP")
    origins = ["auto", "canvas", "moodle", "gradescope"]
    collected.add_argument("--from", dest="origin", choices=origins, default="auto", help="where they come from")

    reported = add("report", report, "Write the class report, and the students' feedback with what people gave since.")
    reported.add_argument("assignment")

    compared = add("similarity", similarity, "List pairs of submissions whose own code is alike, side by side.")
    compared.add_argument("assignment")
    compared.add_argument(
        "--at-least", type=int, default=80, metavar="PERCENT", help="how alike, from 1 to 100 (default: 80)"
    )

    exported = add("export", export, "Write a grade file for a spreadsheet, Canvas, Moodle or Gradescope.")
    exported.add_argument("assignment")
    exported.add_argument("--format", choices=["csv", "canvas", "moodle", "gradescope"], default="csv")
    exported.add_argument("--to", type=Path, metavar="FILE.csv", help="default: reports/ASSIGNMENT-FORMAT.csv")
    exported.add_argument("--all", action="store_true", help="also what waits for a person, with its points so far")


def collect(options: argparse.Namespace) -> int:
    from autograder.adapters.archives import HostileZip
    from autograder.adapters.gradebook import NotReleased
    from autograder.adapters.lms import collect as collect_zips
    from autograder.report.graded import open_gradebook

    course = Course.open(Path.cwd(), thorough=True)
    course.names_of(options.assignment)
    try:
        with ExitStack() as stack:
            try:
                gradebook = stack.enter_context(open_gradebook(course, options.assignment))
            except NotReleased:
                gradebook = None  # names are kept in the gradebook, which is made by releasing
            found = collect_zips(course, options.assignment, options.zips, options.origin, gradebook)
    except HostileZip as error:
        print(error, file=sys.stderr)
        return 2
    print(f"submitted/: {len(found.students)} students, {found.notebooks} notebooks of {options.assignment}")
    for title, lines in (
        ("Handed in more than once", found.resubmitted),
        ("Renamed", found.renamed),
        ("Names in plain letters", found.spelled),
        ("Marked late by Canvas (it does not say by how much)", found.late),
        ("Left out", found.left_out),
    ):
        if lines:
            print(f"{title}:", *(f"  {line}" for line in lines), sep="\n")
    return 0


def report(options: argparse.Namespace) -> int:
    from autograder.report.class_report import write_report
    from autograder.report.graded import read_graded, write_feedback
    from autograder.report.terminal import progress_bar

    course = Course.open(Path.cwd(), thorough=True)
    course.names_of(options.assignment)
    graded = read_graded(course, options.assignment)
    changed = 0
    with progress_bar("feedback") as progress:
        for done, each in enumerate(graded, 1):
            changed += write_feedback(course, options.assignment, each)
            progress(done, len(graded))
    path = write_report(course, options.assignment, graded)
    print(f"{path.relative_to(course.root)}: {len(graded)} students; {changed} feedback pages changed")
    ungraded = sum(bool(each.ungraded) for each in graded)
    if ungraded:
        print(f"{ungraded} students have notebooks that are not graded: run `autograder grade {options.assignment}`")
    return 0


def export(options: argparse.Namespace) -> int:
    from autograder.adapters.exports import EXPORTS
    from autograder.report.graded import open_gradebook

    course = Course.open(Path.cwd(), thorough=True)
    course.names_of(options.assignment)
    path = options.to or course.root / "reports" / f"{options.assignment}-{options.format}.csv"
    plugin = EXPORTS[options.format](assignment=[options.assignment], to=str(path), everything=options.all)
    with open_gradebook(course, options.assignment) as gradebook:
        (outcome,) = plugin.export(gradebook)
    shown = path.relative_to(course.root) if path.is_relative_to(course.root) else path
    print(f"{shown}: {outcome.written} students")
    if outcome.left_out:
        names = ", ".join(outcome.left_out[:5]) + (", …" if len(outcome.left_out) > 5 else "")
        print(f"{len(outcome.left_out)} students wait for a person and have no total (--all: points so far): {names}")
    return 0


def similarity(options: argparse.Namespace) -> int:
    from autograder.grading.store import write_whole
    from autograder.grading.submissions import find_submissions
    from autograder.notebooks.read import read_notebook
    from autograder.report.similarity import own_code, pairs, similarity_page

    course = Course.open(Path.cwd(), thorough=True)
    challenges = course.of_assignment(options.assignment)
    submissions = find_submissions(course, options.assignment)
    found = []
    for name in challenges:
        released = _released_lines(course.root / "release" / options.assignment / f"{name}.ipynb")
        written = []
        for each in submissions:
            if name not in each.files or name in each.unreadable:
                continue  # not handed in, or for `autograder grade` to report
            notebook = read_notebook(each.files[name], course.challenges)
            written.append(own_code(each.student, notebook, released))
        found += pairs(name, written, options.at_least / 100)
    found.sort(key=lambda pair: (-pair.alike, -pair.tokens))
    path = course.root / "reports" / f"{options.assignment}-similarity.html"
    titles = {name: challenge.title for name, challenge in challenges.items()}
    write_whole(path, similarity_page(options.assignment, found, titles))
    print(f"{path.relative_to(course.root)}: {len(found)} pairs to look at, out of {len(submissions)} students")
    return 0


def _released_lines(path: Path) -> set[str]:
    """The lines of a released notebook's code cells; none where it was not released here."""
    if not path.is_file():
        return set()
    sources = ["".join(cell["source"]) for cell in json.loads(path.read_text("utf-8"))["cells"]]
    return {line.strip() for source in sources for line in source.splitlines()}
