"""The student's feedback: one self-contained HTML page a notebook."""

from __future__ import annotations

import base64
import os
import re
from collections.abc import Mapping
from html import escape
from pathlib import Path

from autograder.adapters.gradebook import Mark
from autograder.exercise import Question
from autograder.grading.report import Report
from autograder.notebooks.read import SubmittedNotebook
from autograder.report.code import code_html, code_style
from autograder.report.page import data_table, page
from autograder.table import as_html
from autograder.verdict import ExerciseResult, Verdict

_STYLE = """
.check > p { border-left: 4px solid #bf8700; padding-left: 0.7rem; }
.check table { width: 100%; } .check td:nth-child(2) { white-space: nowrap; }
/* on a phone the two columns of numbers go: the remarks say them too */
@media (max-width: 40rem) { .check th:nth-child(3), .check td:nth-child(3), .check th:nth-child(4),
  .check td:nth-child(4) { display: none; } }
"""

_ITEM = re.compile(r"^\s*item\s*(\d+)\s*[:=]\s*([\d.]+)\s*(?:/\s*[\d.]+\s*)?$", re.I | re.M)


def feedback(
    notebook: SubmittedNotebook | None,
    report: Report,
    marks: Mapping[str, Mark],
    *,
    title: str,
    penalty: str = "",
    late_share: float = 0.0,
) -> str:
    """The page: the score first, then each exercise with its table and the student's own code, then the written
    answers with what a person gave and said. Hidden cases show a name and a verdict.

    ``penalty`` is the sentence on being late and ``late_share`` the share of the points that it takes.
    """
    if notebook is None:
        return page(title, f"<h1>{escape(title)}</h1><p role='alert'>{escape(report.error)}</p>")
    parts = [f"<h1>{escape(title)}</h1>", *_score(report, marks, penalty, late_share), _overview(report, marks)]
    if report.notes:
        items = "".join(f"<li>{escape(note)}</li>" for note in report.notes)
        parts.append(f"<h2>Notes on this file</h2><ul>{items}</ul>")
    parts.append("<h2>Exercises</h2>")
    code = {cell.grade_id: cell.source for cell in reversed(notebook.cells) if cell.grade_id}
    for result in report.exercises:
        parts.append(_exercise(result, marks.get(f"{result.name}-check"), code.get(result.name)))
    if report.written:
        parts.append("<h2>Written answers</h2>")
    for name in report.written:
        question = notebook.challenge.questions.get(name)
        parts.append(_written(name, notebook.answers.get(name, ""), marks.get(name), question))
    return page(title, "\n".join(parts), _STYLE + code_style())


_STAMP = re.compile(r"\n<!-- made of ([0-9a-f]{32}) -->\n\Z")


def stamped(html: str, made_of: str) -> str:
    """The page with a last line that stands for everything that it was made of."""
    return f"{html}\n<!-- made of {made_of} -->\n"


def without_stamp(html: str) -> str:
    return _STAMP.sub("", html)


def stamp_of(path: Path) -> str:
    """The stamp of the page at ``path``; empty where there is no such page or stamp."""
    try:
        with path.open("rb") as stream:
            stream.seek(max(stream.seek(0, os.SEEK_END) - 80, 0))
            found = _STAMP.search(stream.read().decode("utf-8", "replace"))
    except OSError:
        return ""
    return found[1] if found else ""


def _score(report: Report, marks: Mapping[str, Mark], penalty: str, late_share: float) -> list[str]:
    total = sum(mark.score for mark in marks.values()) if marks else report.score
    most = sum(mark.max_score for mark in marks.values()) if marks else report.max_score
    waiting = [name for name in report.written if name in marks and marks[name].waiting]
    parts = [f'<p class="score"><strong>{total * (1 - late_share):.4g}</strong> of {most:.4g} points</p>']
    if penalty:
        before = f" ({total:.4g} points before)" if late_share else ""
        parts.append(f"<p>{escape(penalty)}{before}</p>")
    if waiting:
        parts.append(f"<p>Still to be read by a person: {', '.join(map(escape, waiting))}.</p>")
    return parts


def _overview(report: Report, marks: Mapping[str, Mark]) -> str:
    """One line an exercise and a question, with links to what follows."""
    rows = []
    for result in report.exercises:
        mark = marks.get(f"{result.name}-check")
        score = mark.score if mark is not None and mark.by_person else result.points
        rows.append((_link(result.name), f"{score:.3g} of {result.max_points:g}", escape(str(result.verdict))))
    for name in report.written:
        mark = marks.get(name)
        if mark is not None:
            state = "not read yet" if mark.waiting else "read" if mark.by_person else "no answer"
            rows.append((_link(name), f"{mark.score:.3g} of {mark.max_score:g}", state))
    return data_table("", ("Part", "Points", "Result"), rows, raw=True)


def _link(name: str) -> str:
    return f'<a href="#{escape(name)}">{escape(name)}</a>'


def _exercise(result: ExerciseResult, mark: Mark | None, code: str | None) -> str:
    table = f'<div class="check wide" tabindex="0">{as_html(result)}</div>'
    if result.verdict is Verdict.CORRECT:  # nothing to act on: folded, so that what differs is found at once
        count = len(result.cases)
        table = f"<details><summary>All {count} cases of {escape(result.name)} passed</summary>{table}</details>"
    parts = [table]
    if mark is not None and mark.by_person:
        parts.append(f"<p>A person changed the points of this exercise to {mark.score:g} of {mark.max_score:g}.</p>")
    if mark is not None and mark.comment:
        parts.append(_comment(mark.comment))
    for case in result.cases:
        for picture in case.pictures:
            encoded = base64.b64encode(picture).decode()
            name = escape(case.name.replace("_", " "))
            parts.append(f'<img alt="Your figure in the case {name}" src="data:image/png;base64,{encoded}">')
    if code is None:
        parts.append("<p>This cell was not in the notebook.</p>")
    else:
        parts.append(f"<details><summary>Your code of {escape(result.name)}</summary>{code_html(code)}</details>")
    return _section(result.name, f"<code>{escape(result.name)}</code>", parts)


def _written(name: str, answer: str, mark: Mark | None, question: Question | None) -> str:
    parts = []
    if mark is not None and mark.waiting:
        parts.append(f"<p>Not read yet ({mark.max_score:g} points).</p>")
    elif mark is not None:
        parts.append(f"<p><strong>{mark.score:g}</strong> of {mark.max_score:g} points</p>")
        if mark.by_person and question is not None:
            parts.append(_rubric(question, mark.comment))
    comment = _ITEM.sub("", mark.comment).strip() if mark else ""
    if comment:
        parts.append(_comment(comment))
    parts.append(f'<pre class="answer" tabindex="0">{escape(answer)}</pre>')
    return _section(name, escape(name), parts)


def _rubric(question: Question, comment: str) -> str:
    """What earns points, shown once a person has read the answer. A line "item 2: 0.5" of the comment gives points."""
    given = {int(number): points for number, points in _ITEM.findall(comment)}
    rows = [
        (what, f"{given[i]} of {points:g}" if i in given else f"{points:g}")
        for i, (points, what) in enumerate(question.rubric, 1)
    ]
    return data_table("", ("What earns points", "Points"), rows)


def _comment(text: str) -> str:
    return f'<blockquote aria-label="Comment">{escape(text)}</blockquote>'


def _section(name: str, heading: str, parts: list[str]) -> str:
    return f'<section id="{escape(name)}" aria-label="{escape(name)}"><h3>{heading}</h3>{"".join(parts)}</section>'
