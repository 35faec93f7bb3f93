"""From a text notebook and its challenge to the notebook that nbgrader calls the source version.

The text is Jupytext Markdown; these code cells stand for what the declaration holds:

    ```python setup=true             imports; the check is added to them
    ```python exercise="matvec"      the stub with its solution, and the check cell
    ```python question="question1"   the rubric, and the cell for the answer
    ```python supplied="Network"     program text given to students, read-only

nbgrader's generate step takes solutions, hidden tests, model answers and rubrics out again.
"""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterable
from typing import Any

import jupytext
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from autograder.exercise import Challenge, DeclarationError, Exercise, Question, Supplied
from autograder.freeze import body

UNSOLVED = "raise NotImplementedError"
KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}


def source_notebook(text: str, challenge: Challenge) -> NotebookNode:
    """The source version of ``challenge``, whose prose and order of cells are ``text``; the same for the same input.

    Raises DeclarationError where something is placed that is not declared, or not placed exactly once.
    """
    notebook = jupytext.reads(text, fmt="md")
    refuse_misplaced(notebook, challenge)
    notebook = expand(notebook, "setup", lambda cell, _: [setup_cell(cell, challenge)])
    notebook = expand(notebook, "supplied", lambda _, name: [supplied_cell(challenge.supplied[name])])
    notebook = expand(notebook, "exercise", lambda _, name: exercise_cells(challenge.exercises[name], challenge))
    notebook = expand(notebook, "question", lambda _, name: question_cells(challenge.questions[name]))
    return new_notebook(cells=[*with_ids(map(tidied, notebook.cells))], metadata=metadata(challenge))


def refuse_misplaced(notebook: NotebookNode, challenge: Challenge) -> None:
    """DeclarationError unless everything declared has exactly one empty place, and there is one setup cell."""
    for kind, declared in (
        ("exercise", challenge.exercises),
        ("question", challenge.questions),
        ("supplied", challenge.supplied),
    ):
        cells = [cell for cell in notebook.cells if kind in cell.metadata]
        placed = [cell.metadata[kind] for cell in cells]
        for name in placed:
            if name not in declared:
                raise DeclarationError(f"{challenge.name}: the text places {kind}={name!r}, which is not declared.")
        for name in declared:
            if placed.count(name) != 1:
                times = f"{kind}={name!r} {placed.count(name)} times"
                raise DeclarationError(f"{challenge.name}: the text places {times}, and it must do so once.")
        for cell in cells:
            if cell.source.strip():
                raise DeclarationError(
                    f"{challenge.name}: the cell {kind}={cell.metadata[kind]!r} of the text must be empty, "
                    "because the declaration fills it."
                )
    if sum("setup" in cell.metadata for cell in notebook.cells) != 1:
        raise DeclarationError(f"{challenge.name}: the text needs exactly one cell with setup=true.")


def expand(
    notebook: NotebookNode, key: str, cells_for: Callable[[NotebookNode, Any], list[NotebookNode]]
) -> NotebookNode:
    """The notebook with each cell that has ``key`` in its metadata replaced by the cells it stands for."""
    cells: list[NotebookNode] = []
    for cell in notebook.cells:
        cells += cells_for(cell, cell.metadata[key]) if key in cell.metadata else [cell]
    return new_notebook(cells=cells)


def setup_cell(cell: NotebookNode, challenge: Challenge) -> NotebookNode:
    """The imports, and the check of this notebook."""
    check = f'from autograder.check import checks_of\n\ncheck = checks_of("{challenge.name}")'
    return new_code_cell(f"{cell.source.rstrip()}\n\n{check}", id="setup")


def supplied_cell(supplied: Supplied) -> NotebookNode:
    """Program text that students read and do not change."""
    return new_code_cell(supplied.source, metadata=graded(f"supplied-{supplied.name}", locked=True))


def exercise_cells(exercise: Exercise, challenge: Challenge) -> list[NotebookNode]:
    """The cell to complete and the check cell, which holds the points.

    Released, the check cell is the first line alone. Under stock nbgrader its last expression is the score.
    """
    check = f'''check("{exercise.name}")
### BEGIN HIDDEN TESTS
from autograder.adapters.nbgrader import hidden_check

hidden_check("{exercise.name}", globals(), "{challenge.name}")
### END HIDDEN TESTS'''
    return [
        new_code_cell(solution(exercise), metadata=graded(exercise.name, solution=True)),
        new_code_cell(check, metadata=graded(f"{exercise.name}-check", points=exercise.points, locked=True)),
    ]


def solution(exercise: Exercise) -> str:
    """The stub with the reference in its place, between nbgrader's marks."""
    if exercise.is_value:
        return f"{exercise.stub()}\n{_between_marks(f'{exercise.name} = {exercise.reference!r}')}"
    head = exercise.stub().removesuffix(f"    {UNSOLVED}")
    return head + textwrap.indent(_between_marks(body(exercise.reference)), "    ")


def _between_marks(code: str) -> str:
    return f"### BEGIN SOLUTION\n{code}\n### END SOLUTION"


def question_cells(question: Question) -> list[NotebookNode]:
    """The points with the rubric, and the cell for the answer, which holds the model answer.

    nbgrader keeps the rubric for the person who grades (it overwrites read-only cells when it grades).
    """
    rubric = "\n".join(f"- {points:g}: {what}" for points, what in question.rubric)
    place = f"""*{question.points:g} points, read by a person. Your answer:*
### BEGIN MARK SCHEME
**Rubric**

{rubric}

**A model answer**

{question.answer}
### END MARK SCHEME"""
    return [
        new_markdown_cell(place, metadata=graded(f"{question.name}-rubric", locked=True)),
        new_markdown_cell(question.answer, metadata=graded(question.name, points=question.points, solution=True)),
    ]


def graded(
    grade_id: str, *, points: float | None = None, solution: bool = False, locked: bool = False
) -> dict[str, Any]:
    """nbgrader's metadata of a cell; one with points is a graded one."""
    stored = {
        "grade": points is not None,
        "grade_id": grade_id,
        "locked": locked,
        "schema_version": 3,
        "solution": solution,
        "task": False,
    }
    return {"nbgrader": stored if points is None else {**stored, "points": points}}


def tidied(cell: NotebookNode) -> NotebookNode:
    """Without the marks of the text format; tags (exploration, say) stay."""
    kept = {key: value for key, value in cell.metadata.items() if key in ("tags", "nbgrader")}
    return NotebookNode({**cell, "metadata": NotebookNode(kept)})


def with_ids(cells: Iterable[NotebookNode]) -> Iterable[NotebookNode]:
    """With an id that depends on nothing but the cell's name, or its place among the cells without one."""
    nameless = 0
    for cell in cells:
        name = cell.metadata.get("nbgrader", {}).get("grade_id") or ("setup" if cell.id == "setup" else None)
        nameless += name is None
        yield NotebookNode({**cell, "id": name or f"cell-{nameless}"})


def metadata(challenge: Challenge) -> dict[str, Any]:
    """What the notebook says of itself, so that a renamed file still finds its challenge."""
    return {
        "autograder": {"assignment": challenge.assignment, "challenge": challenge.name},
        "kernelspec": KERNEL,
        "language_info": {"name": "python"},
    }
