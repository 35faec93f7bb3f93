"""What a regrade moves, in a terminal and for machines."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from rich.console import Console
from rich.table import Table

from autograder.grading.regrade import Move, Regrade


def print_regrade(found: Regrade, console: Console | None = None) -> None:
    """Who moves, by how much and why; then whether it was written."""
    console = console or Console()
    if found.moves:
        table = Table(title=f"{found.assignment}: what moves", title_justify="left")
        for column in ("student", "exercise", "points", "verdict", "message now", "why"):
            table.add_column(column, overflow="fold")
        for move in found.moves:
            cells = (move.student, move.exercise, _points(move), _verdicts(move), move.message, move.why)
            table.add_row(*(cell.replace("[", "\\[") for cell in cells))
        console.print(table)
        for student, total in found.totals.items():
            console.print(f"  {student}: {total:+g} points", markup=False)
    for fault in found.faults:
        console.print(f"  grader error (no points taken): {fault}", markup=False)
    if found.never_graded:
        console.print(f"{found.never_graded} notebooks were never graded before.")
    console.print(
        f"{found.affected} notebooks affected, {found.run} run now, {found.unchanged} unaffected, "
        f"{len(found.totals)} students with other results."
    )
    if found.applied:
        console.print("Written.")
    elif found.affected:
        console.print(f"Nothing is written yet: autograder regrade {found.assignment} --apply")


def regrade_json(found: Regrade) -> dict[str, Any]:
    """The same for machines."""
    return {**asdict(found), "totals": found.totals}


def _points(move: Move) -> str:
    moved = f"{move.before:g} → {move.after:g}"
    return moved if move.kept is None else f"{moved} (a person gave {move.kept:g}, which stays)"


def _verdicts(move: Move) -> str:
    before, after = move.verdicts
    return after if before == after else f"{before} → {after}"
