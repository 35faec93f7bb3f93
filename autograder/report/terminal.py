"""Reports in a terminal."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table

from autograder.grading.report import Report
from autograder.verdict import Verdict

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
