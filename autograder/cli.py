"""The command ``autograder``: release, grade, report, and what stands around them."""

from __future__ import annotations

import argparse
import errno
import json
import signal
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from autograder.config import ConfigurationError
from autograder.course import Course, NoCourse
from autograder.exercise import DeclarationError
from autograder.report.commands import add_commands
from autograder.sandbox.confinement import NoConfinement

# jsonschema imports it, if it is there, for a format that no notebook uses, and that takes two seconds
sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]

# raised by parts that are imported only by the commands that need them
NAMED_LATER = ("ClusterError", "GradebookError", "NotReleased", "ReleaseError", "SandboxError")
EXPECTED = (ConfigurationError, NoCourse, DeclarationError, NoConfinement)


def main(arguments: list[str] | None = None) -> int:
    """Runs one command; 0 where it did what it was asked, 2 (and a sentence on stderr) where it could not, 130 where
    Ctrl-C ended it."""
    parser = _parser()
    options = parser.parse_args(arguments)
    command: Callable[[argparse.Namespace], int] = options.command
    try:
        return command(options)
    except KeyboardInterrupt:
        print("Stopped.", file=sys.stderr)
        return 130
    except EXPECTED as error:
        print(error, file=sys.stderr)
    except OSError as error:
        if error.errno == errno.ENOSPC:
            said = "The disk is full. Make room, then run the same command again: what was graded is kept."
            print(said, file=sys.stderr)
        else:
            print(f"{error.filename or 'A file'}: {error.strerror}.", file=sys.stderr)
    except Exception as error:
        if type(error).__name__ not in NAMED_LATER:
            raise
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

    released = add("release", release, "Make the notebooks for students from source/ and record the assignment.")
    released.add_argument("assignment")
    released.add_argument(
        "--format", choices=["nbgrader", "otter", "gradescope"], default="nbgrader", help="for whom (default: nbgrader)"
    )

    graded = add("grade", grade, "Grade every submission of an assignment; what was graded before is kept.")
    graded.add_argument("assignment")
    graded.add_argument("--student", action="append", default=[], metavar="NAME", help="only this one (repeatable)")
    graded.add_argument("--workers", type=int, default=0, metavar="N", help="submissions at a time")
    graded.add_argument("--json", type=Path, metavar="OUT", help="write the summary there as JSON ('-': print it)")
    _add_unconfined(graded)

    regraded = add("regrade", regrade, "Run what a changed check affects; print who moves, by how much and why.")
    regraded.add_argument("assignment")
    regraded.add_argument("--apply", action="store_true", help="write it, too; what people gave stays")
    regraded.add_argument("--student", action="append", default=[], metavar="NAME", help="only this one (repeatable)")
    regraded.add_argument("--workers", type=int, default=0, metavar="N", help="submissions at a time")
    regraded.add_argument("--json", type=Path, metavar="OUT", help="write what was found there ('-': print it)")
    for batch in (graded, regraded):
        batch.add_argument("--scheduler", default="", metavar="ADDRESS", help="run on the Dask cluster at tcp://…")
    _add_unconfined(regraded)

    measured = add("calibrate", calibrate, "Prove bounds and thresholds on the example submissions; write the table.")
    measured.add_argument("challenges", nargs="*", metavar="CHALLENGE", help="only these (default: all)")
    measured.add_argument("--seeds", type=int, default=3, help="secrets that right submissions are judged under")
    measured.add_argument("--device", choices=("cpu", "cuda"), help="in the place of the configured one")
    measured.add_argument("--data", type=Path, metavar="DIR", help="full data sets, in place of the configured ones")
    measured.add_argument("--workers", type=int, default=2, metavar="N", help="processes")
    measured.add_argument("--out", type=Path, metavar="FILE.md", help="write the table there (default: print it)")
    _add_unconfined(measured)

    examined = add("doctor", doctor, "Try every forbidden act in the sandbox and list which guarantees hold here.")
    _add_unconfined(examined)

    add_commands(add)

    opened = add("formgrader", formgrader, "Open nbgrader's formgrader on the course, to grade written answers.")
    opened.add_argument("--no-browser", action="store_true", help="only start the server and print its address")
    opened.add_argument("--port", type=int, default=0, help="the server's port (default: Jupyter chooses)")

    shown = add("demo", demo, "Release, grade and show a class made up from the example submissions.")
    shown.add_argument("--folder", type=Path, default=Path("demo"), metavar="DIR", help="where (default: demo)")
    _add_unconfined(shown)
    return parser


def _add_unconfined(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--unconfined", action="store_true", help="run students' code without any protection, where none can be had"
    )


def confinement_asked(options: argparse.Namespace, course: Course) -> str | None:
    """The confinement to insist on, or None for the strongest there is."""
    return "none" if options.unconfined else course.options.confinement or None


def grade_notebook(options: argparse.Namespace) -> int:
    from autograder.grading.files import grade_files
    from autograder.report.terminal import print_reports

    course = Course.open(Path.cwd())
    reports = grade_files(course, options.files, options.student, confinement_asked(options, course))
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


def release(options: argparse.Namespace) -> int:
    from autograder.adapters.gradebook import database_url
    from autograder.config import load
    from autograder.notebooks.release import release as make_release

    course = Course.open(Path.cwd(), thorough=True)
    course.names_of(options.assignment)
    if options.format == "otter":
        from autograder.adapters.otter import release_otter

        made = release_otter(course, options.assignment)
    elif options.format == "gradescope":
        from autograder.adapters.gradescope_zip import release_gradescope

        made = release_gradescope(course, options.assignment)
    else:
        url = database_url(course.root, load(course.root)[1])
        made = make_release(course.root, options.assignment, db_url=url)
    for path in made:
        print(path.relative_to(course.root))
    return 0


def grade(options: argparse.Namespace) -> int:
    from autograder.grading.batch import grade_assignment
    from autograder.report.terminal import print_summary, summary_json

    summary = _run_batch(options, grade_assignment, "grading")
    if summary is None:
        return 130
    if options.json is not None:
        _write_json(options.json, summary_json(summary))
    else:
        print_summary(summary)
    return 0


def regrade(options: argparse.Namespace) -> int:
    from autograder.grading.regrade import regrade_assignment
    from autograder.report.moved import print_regrade, regrade_json

    found = _run_batch(options, partial(regrade_assignment, apply=options.apply), "regrading")
    if found is None:
        return 130
    if options.json is not None:
        _write_json(options.json, regrade_json(found))
    else:
        print_regrade(found)
    return 0


def _run_batch(options: argparse.Namespace, run: Callable[..., Any], what: str) -> Any:
    """What ``run`` returns for the assignment asked for; None where Ctrl-C, or SIGTERM, stopped it."""
    from autograder.report.terminal import progress_bar

    course = Course.open(Path.cwd())
    mode = confinement_asked(options, course)
    engine = None
    if options.scheduler or course.options.cluster:
        from autograder.grading.cluster import engine_of

        engine = engine_of(course, options.scheduler, mode)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        with progress_bar(f"{what} {options.assignment}") as progress:
            return run(
                course,
                options.assignment,
                mode=mode,
                workers=options.workers,
                students=options.student,
                progress=progress,
                engine=engine,
            )
    except KeyboardInterrupt:
        print("Stopped. What was graded is kept: run the same command again to go on.", file=sys.stderr)
        return None


def _write_json(out: Path, content: Any) -> None:
    text = json.dumps(content, indent=2, ensure_ascii=False)
    print(text) if str(out) == "-" else out.write_text(text + "\n", encoding="utf-8")


def calibrate(options: argparse.Namespace) -> int:
    from autograder.calibrate import run

    course = Course.open(Path.cwd())
    mode = confinement_asked(options, course)
    course.options.device = options.device or course.options.device
    course.options.full_data = str(options.data.resolve()) if options.data else course.options.full_data
    names, seeds, workers = options.challenges, options.seeds, options.workers
    return run(course, names, seeds=seeds, workers=workers, mode=mode, out=options.out)


def doctor(options: argparse.Namespace) -> int:
    from autograder.doctor import examine, print_findings

    course = Course.open(Path.cwd())
    mode, findings = examine(course, confinement_asked(options, course))
    print_findings(mode, findings)
    return 0 if all(finding.holds for finding in findings) else 1


def formgrader(options: argparse.Namespace) -> int:
    import subprocess

    from autograder.adapters.formgrader import command

    course = Course.open(Path.cwd(), thorough=True)
    return subprocess.call(command(course.root, browser=not options.no_browser, port=options.port), cwd=course.root)


def demo(options: argparse.Namespace) -> int:
    from autograder.demo import run

    return run(options.folder, "none" if options.unconfined else None)


if __name__ == "__main__":
    sys.exit(main())
