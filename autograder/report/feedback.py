"""The student's feedback: one self-contained HTML page a notebook."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from html import escape

from autograder.adapters.gradebook import Mark
from autograder.grading.report import Report
from autograder.notebooks.read import SubmittedNotebook
from autograder.report.page import page
from autograder.table import as_html


def feedback(
    notebook: SubmittedNotebook | None, report: Report, marks: Mapping[str, Mark], *, title: str, penalty: str = ""
) -> str:
    """The page: the score first, then each exercise with its table and the student's own code, then the written
    answers with what a person gave and said. Hidden cases show a name and a verdict."""
    if notebook is None:
        return page(title, f"<h1>{escape(title)}</h1><p role='alert'>{escape(report.error)}</p>")
    total = sum(mark.score for mark in marks.values()) if marks else report.score
    most = sum(mark.max_score for mark in marks.values()) if marks else report.max_score
    waiting = [name for name in report.written if name in marks and marks[name].waiting]
    parts = [
        f"<h1>{escape(title)}</h1>",
        f'<p class="score"><strong>{total:.4g}</strong> of {most:.4g} points</p>',
    ]
    if waiting:
        parts.append(f"<p>Still to be read by a person: {', '.join(map(escape, waiting))}.</p>")
    if penalty:
        parts.append(f"<p>{escape(penalty)}</p>")
    if report.notes:
        items = "".join(f"<li>{escape(note)}</li>" for note in report.notes)
        parts.append(f"<h2>Notes on this file</h2><ul>{items}</ul>")
    parts.append("<h2>Exercises</h2>")
    code = {cell.grade_id: cell.source for cell in notebook.cells if cell.grade_id}
    for result in report.exercises:
        mark = marks.get(f"{result.name}-check")
        parts.append(f'<section aria-label="{escape(result.name)}"><h3><code>{escape(result.name)}</code></h3>')
        parts.append(f'<div class="wide">{as_html(result)}</div>')
        if mark is not None and mark.by_person:
            parts.append(f"<p>A person changed the points of this exercise to {mark.score:g} of {mark.max_score:g}.</p>")
        for case in result.cases:
            for picture in case.pictures:
                encoded = base64.b64encode(picture).decode()
                parts.append(f'<img alt="Your figure in the case {escape(case.name)}" src="data:image/png;base64,{encoded}">')
        parts.append(_source(code.get(result.name)))
        parts.append("</section>")
    if report.written:
        parts.append("<h2>Written answers</h2>")
    for name in report.written:
        parts.append(_written(name, notebook.answers.get(name, ""), marks.get(name)))
    return page(title, "\n".join(parts))


def _source(code: str | None) -> str:
    if code is None:
        return "<p>This cell was not in the notebook.</p>"
    return f'<details><summary>Your code</summary><pre tabindex="0">{escape(code)}</pre></details>'


def _written(name: str, answer: str, mark: Mark | None) -> str:
    if mark is None:
        state = ""
    elif mark.waiting:
        state = f"<p>Not read yet ({mark.max_score:g} points).</p>"
    else:
        state = f"<p><strong>{mark.score:g}</strong> of {mark.max_score:g} points</p>"
    comment = f'<blockquote aria-label="Comment">{escape(mark.comment)}</blockquote>' if mark and mark.comment else ""
    return (
        f'<section aria-label="{escape(name)}"><h3>{escape(name)}</h3>{state}{comment}'
        f'<pre class="answer" tabindex="0">{escape(answer)}</pre></section>'
    )
