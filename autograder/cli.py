"""The command ``autograder``: release, grade, report, and what stands around them."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from pathlib import Path

from autograder.config import ConfigurationError
from autograder.course import Course, NoCourse
from autograder.exercise import DeclarationError
from autograder.sandbox.confinement import NoConfinement

EXPECTED = (ConfigurationError, NoCourse, DeclarationError, NoConfinement)


def main(arguments: list[str] | None = None) -> int:
    """Runs one command; 0 where it did what it was asked, 2 (and a sentence on stderr) where it could not."""
    parser = _parser()
    options = parser.parse_args(arguments)
    command: Callable[[argparse.Namespace], int] = options.command
    try:
        return command(options)
    except EXPECTED as error:
        print(error, file=sys.stderr)
        return 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="autograder", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def add(name: str, function: Callable[[argparse.Namespace], int], text: str) -> argparse.ArgumentParser:
        sub = commands.add_parser(name, help=text, description=text)
        sub.set_defaults(command=function)
        return sub

    notebook = add("grade-notebook", grade_notebook, "Grade notebooks in the sandbox and print or write reports.")
    notebook.add_argument("files", nargs="+", type=Path, metavar="FILE.ipynb")
    notebook.add_argument("--json", type=Path, metavar="OUT", help="write the reports there as JSON ('-': print them)")
    notebook.add_argument("--student", default="", metavar="NAME", help="whose notebooks they are")
    _add_unconfined(notebook)
    return parser


def _add_unconfined(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--unconfined", action="store_true", help="run students' code without any protection, where none can be had"
    )


def confinement_asked(options: argparse.Namespace, course: Course) -> str | None:
    """The confinement to insist on, or None for the strongest there is."""
    return "none" if options.unconfined else course.options.confinement or None


def grade_notebook(options: argparse.Namespace) -> int:
    from autograder.grading.submission import Grader
    from autograder.report.terminal import print_reports
    from autograder.sandbox.session import ForkServer

    course = Course.open(Path.cwd())
    asked = confinement_asked(options, course)
    with ForkServer(mode=asked, data=course.data_folders(), device=course.device) as server:
        grader = Grader(
            course.challenges,
            server.launchers[0],
            limits=course.options.limits(),
            secret=course.secret,
            inputs_per_student=course.options.inputs_per_student,
        )
        reports = [grader.grade_file(path, options.student) for path in options.files]
    text = json.dumps([report.to_json() for report in reports], indent=2, ensure_ascii=False)
    if options.json is not None and str(options.json) != "-":
        options.json.write_text(text + "\n", encoding="utf-8")
    elif options.json is not None:
        print(text)
    else:
        print_reports(reports)
    for report in reports:
        if report.error:
            print(f"{report.file}: {report.error}", file=sys.stderr)
    return 2 if any(report.error for report in reports) else 0


if __name__ == "__main__":
    sys.exit(main())
