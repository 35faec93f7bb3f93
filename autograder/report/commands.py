"""The commands around grading: collect before it; report, export and similarity after it."""

from __future__ import annotations

import argparse
import datetime
from collections.abc import Callable
from pathlib import Path

from autograder.course import Course

Add = Callable[[str, Callable[[argparse.Namespace], int], str], argparse.ArgumentParser]


def add_commands(add: Add) -> None:
    """Registers the commands with the parser of ``autograder``."""
    reported = add("report", report, "Write the class report, and the students' feedback with what people gave since.")
    reported.add_argument("assignment")

    exported = add("export", export, "Write a grade file for a spreadsheet, Canvas, Moodle or Gradescope.")
    exported.add_argument("assignment")
    exported.add_argument("--format", choices=["csv", "canvas", "moodle", "gradescope"], default="csv")
    exported.add_argument("--to", type=Path, metavar="FILE.csv", help="default: reports/ASSIGNMENT-FORMAT.csv")
    exported.add_argument("--all", action="store_true", help="also what waits for a person, with its points so far")


def report(options: argparse.Namespace) -> int:
    from autograder.grading.store import write_whole
    from autograder.report.class_report import class_report
    from autograder.report.graded import read_graded, write_feedback
    from autograder.report.terminal import progress_bar

    course = Course.open(Path.cwd(), thorough=True)
    challenges = course.of_assignment(options.assignment)
    graded = read_graded(course, options.assignment)
    changed = 0
    with progress_bar("feedback") as progress:
        for done, each in enumerate(graded, 1):
            changed += write_feedback(course, options.assignment, each)
            progress(done, len(graded))
    path = course.root / "reports" / f"{options.assignment}.html"
    now = datetime.datetime.now(datetime.UTC)
    write_whole(path, class_report(options.assignment, graded, challenges, now))
    print(f"{path.relative_to(course.root)}: {len(graded)} students; {changed} feedback pages changed")
    ungraded = sum(bool(each.ungraded) for each in graded)
    if ungraded:
        print(f"{ungraded} students have notebooks that are not graded: run `autograder grade {options.assignment}`")
    return 0


def export(options: argparse.Namespace) -> int:
    from autograder.adapters.exports import EXPORTS
    from autograder.report.graded import open_gradebook

    course = Course.open(Path.cwd(), thorough=True)
    course.of_assignment(options.assignment)
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
