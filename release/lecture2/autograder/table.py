"""One exercise's result for a person to read: as HTML (in Jupyter, in feedback pages) and as plain text.

Hidden cases show their name, their verdict and the judge's sentence, which never holds an expected value.
"""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

from autograder import messages
from autograder.verdict import CaseResult, ExerciseResult, Verdict

_COLUMNS = ("Case", "Result", "Error", "Accepted", "Remarks")
_SIGNS = {Verdict.CORRECT: ("✓", "#2da44e"), Verdict.NOT_ATTEMPTED: ("–", "#8c959f")}
_WRONG_SIGN = ("✗", "#cf222e")

# text keeps the page's own colour, so that it is readable on light and dark pages; the verdict is always a word too
_TABLE = "border-collapse:collapse;margin:0.4em 0;font-size:0.95em"
_CAPTION = "caption-side:top;text-align:left;font-weight:bold;padding:0.2em 0;color:inherit"
_CELL = "text-align:left;vertical-align:top;padding:0.25em 0.8em;border-bottom:1px solid rgba(128,128,128,0.35)"
_VALUES = "margin:0.3em 0 0;padding:0.3em 0.5em;background:rgba(128,128,128,0.15);color:inherit;white-space:pre-wrap"


@dataclass(frozen=True, repr=False)
class Shown:
    """What a check returns: a table in Jupyter, text elsewhere. ``result`` is None where only a sentence is said."""

    html: str
    text: str
    result: ExerciseResult | None = None

    def _repr_html_(self) -> str:
        return self.html

    def __repr__(self) -> str:
        return self.text


def shown(result: ExerciseResult) -> Shown:
    """The result as an object that displays itself."""
    return Shown(as_html(result), as_text(result), result)


def sentence(text: str) -> Shown:
    """A sentence that displays itself."""
    return Shown(f"<p>{escape(text)}</p>", text)


def as_html(result: ExerciseResult) -> str:
    """The result as one table that can stand in any page."""
    if _is_blank(result):
        return f"<p>{escape(_headline(result))}</p>"
    head = "".join(f'<th scope="col" style="{_CELL}">{column}</th>' for column in _COLUMNS)
    rows = "".join(_html_row(case) for case in result.cases)
    hint = f"<p>{escape(messages.hint(result.hint))}</p>" if result.hint else ""
    caption = f'<caption style="{_CAPTION}">{escape(_headline(result))}</caption>'
    return f'<table style="{_TABLE}">{caption}<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>{hint}'


def as_text(result: ExerciseResult) -> str:
    """The result as a few lines of plain text."""
    lines = [_headline(result)]
    if not _is_blank(result):
        width = max((len(case.name) for case in result.cases), default=0)
        for case in result.cases:
            lines.append(f"  {_title(case):{width}}  {_word(case):13}  {_remark(case)}".rstrip())
            lines += [f"      {line}" for line in _values(case).splitlines()]
        if result.hint:
            lines.append(messages.hint(result.hint))
    return "\n".join(lines)


def _is_blank(result: ExerciseResult) -> bool:
    return all(case.verdict is Verdict.NOT_ATTEMPTED for case in result.cases)


def _headline(result: ExerciseResult) -> str:
    if _is_blank(result):
        return messages.not_attempted(result.name)
    if all(case.public for case in result.cases):
        passed = sum(case.verdict is Verdict.CORRECT for case in result.cases)
        return messages.public_score(result.name, passed, len(result.cases))
    return messages.score(result.name, result.points, result.max_points)


def _html_row(case: CaseResult) -> str:
    sign, colour = _SIGNS.get(case.verdict, _WRONG_SIGN)
    error, bound = _numbers(case)
    values = f'<pre style="{_VALUES}">{escape(_values(case))}</pre>' if _values(case) else ""
    word = f'<span aria-hidden="true">{sign}</span> {escape(_word(case))}'
    cells = (word, error, bound, escape(case.message) + values)
    return (
        f'<tr><th scope="row" style="{_CELL};font-weight:normal;border-left:4px solid {colour}">{escape(_title(case))}'
        "</th>" + "".join(f'<td style="{_CELL}">{cell}</td>' for cell in cells) + "</tr>"
    )


def _title(case: CaseResult) -> str:
    return case.name.replace("_", " ")


def _word(case: CaseResult) -> str:
    return messages.PASSED if case.verdict is Verdict.CORRECT else case.verdict.value


def _numbers(case: CaseResult) -> tuple[str, str]:
    """The error and the largest one accepted; of public cases only, and where there are such numbers."""
    if not case.public or case.error is None or case.bound is None:
        return "", ""
    return f"{case.error:.2g}", f"{case.bound:.2g}"


def _remark(case: CaseResult) -> str:
    if case.message or not case.public or case.error is None or case.bound is None:
        return case.message
    return messages.error_beside_bound(case.error, case.bound)


def _values(case: CaseResult) -> str:
    return case.detail if case.public else ""
