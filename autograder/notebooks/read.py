"""Reading a submitted notebook: bytes that may be anything, into cells to run, with what was repaired on the way.

A submission is plain JSON here, never an nbformat object that something else could choke on. Cells are known by their
grade_id; what a student may have done to them (deleted, doubled, edited, retyped) is found, noted and costs nothing.
"""

from __future__ import annotations

import json
import re
import stat
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from autograder.exercise import Challenge

LARGEST = 64_000_000
EXPLORATION = "exploration"


class UnreadableNotebook(ValueError):
    """A file that cannot be judged; the sentence says why."""


@dataclass(frozen=True)
class Cell:
    """A cell as submitted. ``run`` says whether the grader runs it."""

    kind: str
    source: str
    grade_id: str = ""
    run: bool = False
    raw: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class SubmittedNotebook:
    """A submission that can be judged: its challenge, its cells, and notes on what was found and repaired."""

    challenge: Challenge
    cells: tuple[Cell, ...]
    notes: tuple[str, ...]

    @property
    def answers(self) -> dict[str, str]:
        """The text given to each written question."""
        return {cell.grade_id: cell.source for cell in self.cells if cell.grade_id in self.challenge.questions}


def read_notebook(path: Path, challenges: Mapping[str, Challenge]) -> SubmittedNotebook:
    """The notebook at ``path``; UnreadableNotebook where it is none, or none of this course."""
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise UnreadableNotebook(f"{path.name} is not a file.")
        if path.stat().st_size > LARGEST:
            raise UnreadableNotebook(f"{path.name} is larger than {LARGEST // 1_000_000} MB.")
        content = path.read_bytes()
    except OSError as error:
        raise UnreadableNotebook(f"{path} cannot be read: {error.strerror}.") from None
    return parse(content, path.name, challenges)


def content_of(path: Path) -> bytes:
    """What a file holds, as far as a notebook may be long; nothing where it cannot be read, which whoever reads the
    notebook will say."""
    try:
        if not path.is_file():
            return b""
        with path.open("rb") as stream:
            return stream.read(LARGEST + 1)
    except OSError:
        return b""


def parse(content: bytes, filename: str, challenges: Mapping[str, Challenge]) -> SubmittedNotebook:
    """The notebook that ``content`` is; UnreadableNotebook where it is none, or none of this course."""
    document = _document(content, filename)
    challenge = _challenge(document, filename, challenges)
    cells = [_cell(raw, challenge) for raw in document["cells"] if isinstance(raw, dict)]
    notes = [*_strange(document["cells"]), *_notes(cells, challenge)]
    return SubmittedNotebook(challenge, tuple(_repaired(cells, challenge)), tuple(notes))


def _document(content: bytes, filename: str) -> dict[str, Any]:
    try:
        document = json.loads(content.decode("utf-8-sig"))
        if b"\\ud" in content.lower():  # half a surrogate pair, which no file takes
            document = json.loads(json.dumps(document, ensure_ascii=False).encode("utf-8", "replace"))
    except UnicodeDecodeError:
        raise UnreadableNotebook(f"{filename} is not a notebook: it is not UTF-8 text.") from None
    except (ValueError, RecursionError):
        raise UnreadableNotebook(f"{filename} is not a notebook: it is not JSON, perhaps cut short.") from None
    if not isinstance(document, dict):
        raise UnreadableNotebook(f"{filename} is not a notebook: it is JSON of another kind.")
    if not isinstance(document.get("cells"), list):
        old = " (notebook format 3 or older: open and save it in Jupyter)" if "worksheets" in document else ""
        raise UnreadableNotebook(f"{filename} is not a notebook: it has no list of cells{old}.")
    return document


def _challenge(document: dict[str, Any], filename: str, challenges: Mapping[str, Challenge]) -> Challenge:
    metadata = document.get("metadata")
    own = metadata.get("autograder") if isinstance(metadata, dict) else None
    named = own.get("challenge") if isinstance(own, dict) else None
    if isinstance(named, str) and named in challenges:
        return challenges[named]
    stem = original_stem(filename)
    if stem in challenges:
        return challenges[stem]
    if isinstance(named, str):
        raise UnreadableNotebook(f"{filename} says that it is {named[:80]!r}, which is no challenge of this course.")
    raise UnreadableNotebook(
        f"{filename} does not say which challenge it is, and its name is none of {', '.join(challenges)}."
    )


def original_stem(filename: str) -> str:
    """The name a file had before a browser or Jupyter renamed the copy: 'a (2).ipynb', 'a-Copy1.ipynb'."""
    return re.sub(r"(\s*\(\d+\)|-Copy\d*|_\d+)+$", "", Path(filename).stem)


def _cell(raw: dict[str, Any], challenge: Challenge) -> Cell:
    source = raw.get("source", "")
    if isinstance(source, list):
        source = "".join(part for part in source if isinstance(part, str))
    if not isinstance(source, str):
        source = ""
    metadata = raw.get("metadata")
    metadata = metadata if isinstance(metadata, dict) else {}
    graded = metadata.get("nbgrader")
    grade_id = graded.get("grade_id", "") if isinstance(graded, dict) else ""
    grade_id = grade_id if isinstance(grade_id, str) else ""
    kind = raw.get("cell_type")
    tags = metadata.get("tags")
    explores = isinstance(tags, list) and EXPLORATION in tags and grade_id not in challenge.exercises
    run = kind == "code" and not explores and grade_id not in _checks(challenge)
    return Cell(kind if isinstance(kind, str) else "", source, grade_id, run, raw)


def _checks(challenge: Challenge) -> dict[str, str]:
    return {f"{name}-check": f'check("{name}")' for name in challenge.exercises}


def _strange(raw_cells: list[Any]) -> list[str]:
    strange = sum(not isinstance(raw, dict) for raw in raw_cells)
    return [f"{strange} entries of the list of cells are not cells; left out"] if strange else []


def _notes(cells: list[Cell], challenge: Challenge) -> list[str]:
    """What is missing, doubled or altered among the cells that a released notebook has."""
    notes = []
    count: dict[str, int] = {}
    for cell in cells:
        if cell.grade_id:
            count[cell.grade_id] = count.get(cell.grade_id, 0) + 1
    supplied = {f"supplied-{name}": each.source for name, each in challenge.supplied.items()}
    checks = _checks(challenge)
    for grade_id in [*challenge.exercises, *checks, *supplied, *challenge.questions]:
        if grade_id not in count:
            notes.append(f"the cell {grade_id} is missing")
        elif count[grade_id] > 1:
            notes.append(f"the cell {grade_id} is there {count[grade_id]} times")
    for cell in cells:
        wanted = checks.get(cell.grade_id) or supplied.get(cell.grade_id)
        if wanted is not None and cell.source.strip() != wanted.strip():
            notes.append(f"the cell {cell.grade_id} was altered; what it should hold counts")
    return notes


def _repaired(cells: list[Cell], challenge: Challenge) -> list[Cell]:
    """The cells with the code that the notebook supplies as it was released, first where it had been deleted."""
    supplied = {f"supplied-{name}": each.source for name, each in challenge.supplied.items()}
    present = {cell.grade_id for cell in cells}
    lost = [Cell("code", source, grade_id, True) for grade_id, source in supplied.items() if grade_id not in present]
    kept = [
        Cell("code", supplied[cell.grade_id], cell.grade_id, True, cell.raw) if cell.grade_id in supplied else cell
        for cell in cells
    ]
    if not lost:
        return kept
    # supplied code uses the imports, which the first code cell holds
    first = next((i for i, cell in enumerate(kept) if cell.run), -1)
    return [*kept[: first + 1], *lost, *kept[first + 1 :]]
