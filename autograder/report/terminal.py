"""Reports in a terminal."""

from __future__ import annotations

import datetime
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.table import Table

from autograder.grading.report import Report
from autograder.verdict import Verdict

if TYPE_CHECKING:
    from autograder.grading.batch import Summary

LINE_SECONDS = 30.0
_STYLES = {Verdict.CORRECT: "green", Verdict.NOT_ATTEMPTED: "dim", Verdict.GRADER_ERROR: "bold magenta"}


def print_reports(reports: Sequence[Report], console: Console | None = None) -> None:
    """One table a report: what each exercise got and why."""
    console = console or Console()
    for report in reports:
        if report.error:
            continue
        title = f"{report.file} · {report.challenge} · {report.score:g} of {report.max_score:g} · {report.confinement}"
        table = Table(title=title, title_justify="left")
        for column in ("exercise", "points", "verdict", "message"):
            table.add_column(column, overflow="fold")
        for each in report.exercises:
            style = _STYLES.get(each.verdict, "red")
            points = f"{round(each.points, 3):g} of {each.max_points:g}"
            table.add_row(each.name, points, f"[{style}]{each.verdict}[/]", each.message.replace("[", "\\["))
        console.print(table)
        for note in report.notes:
            console.print(f"  note: {note}", markup=False)
        if report.written:
            console.print(f"  waiting for a person: {', '.join(report.written)}")


@contextmanager
def progress_bar(title: str) -> Iterator[Callable[[int, int], None]]:
    """A bar with rate and remaining time on stderr, so that stdout stays for the result; a line now and then where
    stderr is no terminal but, say, the log of a job."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield progress_lines(title, lambda line: print(line, file=sys.stderr, flush=True))
        return
    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
        console=console,
    )
    with bar as progress:
        task = progress.add_task(title, total=None, rate="")

        def show(done: int, total: int) -> None:
            speed = progress.tasks[0].speed
            progress.update(task, completed=done, total=total, rate=f"{speed:.1f} notebooks/s" if speed else "")

        yield show


def progress_lines(
    title: str, write: Callable[[str], None], clock: Callable[[], float] = time.monotonic
) -> Callable[[int, int], None]:
    """What writes a line each LINE_SECONDS; what was done before the first call says nothing of the rate."""
    begin = last = clock()
    before: int | None = None

    def show(done: int, total: int) -> None:
        nonlocal last, before
        before = done if before is None else before
        now = clock()
        if now - last < LINE_SECONDS:
            return
        last, rate = now, (done - before) / (now - begin)
        left = f", {datetime.timedelta(seconds=round((total - done) / rate))} left" if rate else ""
        write(f"{title}: {done} of {total} notebooks, {rate:.1f} a second{left}")

    return show


def print_summary(summary: Summary, console: Console | None = None) -> None:
    """What a batch did: verdicts, then everything that a person should look at."""
    console = console or Console()
    how = f", confinement {summary.confinement}" if summary.confinement else ""
    students = len(summary.students)
    console.print(
        f"{summary.assignment}: {students} students, {summary.graded} notebooks graded, "
        f"{summary.reused} known from before{how}",
        markup=False,
    )
    table = Table(title="Verdicts of exercises", title_justify="left")
    table.add_column("verdict")
    table.add_column("count", justify="right")
    for verdict, count in summary.verdicts.most_common():
        table.add_row(verdict, str(count))
    console.print(table)
    for title, lines in (
        ("Grader errors (no points taken; please look)", summary.faults),
        ("Files that could not be judged", summary.unreadable),
        ("Notes", summary.notes),
    ):
        if lines:
            console.print(f"[bold]{title}[/]")
            for line in lines:
                console.print(f"  {line}", markup=False)
    if summary.log:
        console.print(f"One line a notebook: {summary.log}", markup=False, soft_wrap=True)
    if summary.waiting:
        console.print(f"{summary.waiting} students have written answers that wait for a person: autograder formgrader")


def print_class(summary: Summary, console: Console | None = None) -> None:
    """One line a student."""
    console = console or Console()
    table = Table(title=f"{summary.assignment}: points of {summary.max_score:g}", title_justify="left")
    table.add_column("student")
    table.add_column("points", justify="right")
    table.add_column("")
    for student, score in summary.students.items():
        bar = "█" * round(30 * score / summary.max_score) if summary.max_score else ""
        table.add_row(student, f"{score:.1f}", f"[cyan]{bar}[/]")
    console.print(table)


def summary_json(summary: Summary) -> dict[str, Any]:
    """The summary for machines."""
    return {**asdict(summary), "verdicts": dict(summary.verdicts)}
