"""The autograded notebook: the submission with its cells' outputs as run by the grader and the judge's tables.

It is what nbgrader's formgrader shows to the person who grades the written answers.
"""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograder.grading.report import Report
from autograder.notebooks.read import Cell, SubmittedNotebook
from autograder.table import as_html, as_text
from autograder.verdict import ExerciseResult

_OUTPUT_FIELDS = {
    "stream": ("name", "text"),
    "display_data": ("data", "metadata"),
    "execute_result": ("data", "metadata", "execution_count"),
    "error": ("ename", "evalue", "traceback"),
}


@dataclass(frozen=True)
class Master:
    """The cells of a challenge as released (by grade_id), with the rubrics that only those who grade see."""

    cells: dict[str, dict[str, Any]]
    metadata: dict[str, Any]

    @staticmethod
    def read(released: Path, source: Path) -> Master:
        """From the released notebook, its read-only text cells taken from the source version."""
        document = json.loads(released.read_text(encoding="utf-8"))
        cells = _by_grade_id(document["cells"])
        for grade_id, cell in _by_grade_id(json.loads(source.read_text(encoding="utf-8"))["cells"]).items():
            if cell["cell_type"] == "markdown" and cell["metadata"]["nbgrader"].get("locked"):
                cells[grade_id] = {**cells.get(grade_id, cell), "source": _without_marks(_text(cell["source"]))}
        return Master(cells, document["metadata"])


def unanswered(notebook: SubmittedNotebook, master: Master) -> set[str]:
    """The written questions whose cell still holds what was released, or nothing."""
    questions, answers = notebook.challenge.questions, notebook.answers
    blank = {"", *(_text(master.cells.get(name, {}).get("source", "")).strip() for name in questions)}
    return {name for name in questions if answers.get(name, "").strip() in blank}


def autograded(notebook: SubmittedNotebook, report: Report, master: Master) -> dict[str, Any]:
    """The document: every submitted cell in order, each graded cell exactly once, none but the grader's outputs
    (a cell that is not run again keeps the student's own)."""
    outputs = {cell.index: cell.outputs for cell in report.cells}
    results = {f"{each.name}-check": each for each in report.exercises}
    cells, seen = [], set()
    for index, cell in enumerate(notebook.cells):
        known = cell.grade_id in master.cells and cell.grade_id not in seen
        made = _cell(cell, master.cells[cell.grade_id] if known else None, f"submitted-{index}")
        if known:
            seen.add(cell.grade_id)
        if made["cell_type"] == "code":
            if cell.grade_id in results:
                made["outputs"] = _judged(results[cell.grade_id]) if known else []
            elif index in outputs:
                made["outputs"] = _valid_outputs(outputs[index])
            elif not cell.run:
                made["outputs"] = _valid_outputs(cell.raw.get("outputs"))
        cells.append(made)
    for grade_id, missing in master.cells.items():
        if grade_id not in seen:
            lost: dict[str, Any] = {**missing, "id": f"restored-{len(cells)}"}
            if grade_id in results:
                lost["outputs"] = _judged(results[grade_id])
            cells.append(lost)
    return {"cells": cells, "metadata": master.metadata, "nbformat": 4, "nbformat_minor": 5}


def to_text(document: dict[str, Any]) -> str:
    return json.dumps(document, indent=1, ensure_ascii=False) + "\n"


def _without_marks(source: str) -> str:
    """The text without nbgrader's BEGIN and END lines, which Markdown would take for headings."""
    return "\n".join("" if line.startswith("### ") and "MARK SCHEME" in line else line for line in source.split("\n"))


def _by_grade_id(cells: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {c["metadata"]["nbgrader"]["grade_id"]: c for c in cells if "nbgrader" in c.get("metadata", {})}


def _cell(cell: Cell, master: dict[str, Any] | None, identity: str) -> dict[str, Any]:
    if master is not None:
        kind, metadata = master["cell_type"], master["metadata"]
        free = metadata["nbgrader"].get("solution")
        source = cell.source if free else _text(master["source"])
    else:
        kind = cell.kind if cell.kind in ("code", "markdown", "raw") else "raw"
        tags = cell.raw.get("metadata", {}).get("tags") if isinstance(cell.raw.get("metadata"), dict) else None
        metadata = {"tags": [t for t in tags if isinstance(t, str)]} if isinstance(tags, list) else {}
        source = cell.source
    made: dict[str, Any] = {"cell_type": kind, "id": identity, "metadata": metadata, "source": source}
    if kind == "code":
        made.update(execution_count=None, outputs=[])
    return made


def _judged(result: ExerciseResult) -> list[dict[str, Any]]:
    shown = {"text/html": as_html(result), "text/plain": as_text(result)}
    outputs = [{"output_type": "display_data", "data": shown, "metadata": {}}]
    for case in result.cases:
        for picture in case.pictures:
            data = {"image/png": base64.b64encode(picture).decode(), "text/plain": f"picture kept of {case.name}"}
            outputs.append({"output_type": "display_data", "data": data, "metadata": {}})
    return outputs


def _valid_outputs(outputs: Any) -> list[dict[str, Any]]:
    """Those outputs that a notebook file may hold; a student's process or file can claim anything."""
    kept = []
    for output in outputs if isinstance(outputs, list) else []:
        kind = output.get("output_type") if isinstance(output, dict) else None
        if not isinstance(kind, str) or kind not in _OUTPUT_FIELDS:
            continue
        valid = {"output_type": kind, **{name: output.get(name) for name in _OUTPUT_FIELDS[kind]}}
        if kind == "stream":
            valid.update(name="stderr" if valid["name"] == "stderr" else "stdout", text=_text(valid["text"]))
        elif kind == "error":
            lines = valid["traceback"] if isinstance(valid["traceback"], list) else []
            valid.update(
                ename=str(valid["ename"]), evalue=str(valid["evalue"]), traceback=[str(line) for line in lines]
            )
        else:
            data = valid["data"] if isinstance(valid["data"], dict) else {}
            texts = {str(mime): _text(content) for mime, content in data.items() if isinstance(content, str | list)}
            valid.update(data=texts, metadata={})
            if kind == "execute_result":
                valid["execution_count"] = None
        kept.append(valid)
    return kept


def _text(source: Any) -> str:
    if isinstance(source, list):
        return "".join(part for part in source if isinstance(part, str))
    return source if isinstance(source, str) else ""
