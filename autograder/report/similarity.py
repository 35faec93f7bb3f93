"""Pairs of submissions whose own code is alike: a hint for a person, never a score.

Compared is what a student wrote: solution cells and cells of their own, without the lines that were released, comments,
layout, and the names that they chose; lines that a large part of the class wrote say nothing and are left out too.
RapidFuzz compares the streams of tokens (insertions and deletions, normalised by length).
"""

from __future__ import annotations

import io
import keyword
import tokenize
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from html import escape

import numpy as np
from rapidfuzz.distance import Indel
from rapidfuzz.process import cdist

from autograder.notebooks.read import SubmittedNotebook
from autograder.report.page import page

FEWEST_TOKENS = 40
"""Below this, two right answers are alike by themselves."""

COMMON_SHARE, COMMON_COUNT = 0.25, 5
"""A line that more than this share of a class wrote, and more than this many, is left out of the comparison."""

MOST_PAIRS = 60

_LAYOUT = {tokenize.COMMENT, tokenize.NL, tokenize.INDENT, tokenize.DEDENT, tokenize.ENCODING, tokenize.ENDMARKER}

Line = tuple[str, ...]

_STYLE = """
.pair { display: grid; grid-template-columns: 1fr 1fr; gap: 0.5rem; } .pair h2 { font-size: 1rem; margin: 0.3rem 0; }
@media (max-width: 40rem) { .pair { grid-template-columns: 1fr; } }
.pair pre { font-size: 0.85rem; } .pair > div { min-width: 0; }
mark { background: rgba(9, 105, 218, 0.18); color: inherit; }
body { max-width: 80rem; }
"""


@dataclass(frozen=True)
class Own:
    """What one student wrote in one notebook: the text, and per line of it what is compared (nothing: left out)."""

    student: str
    text: tuple[str, ...]
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Pair:
    """Two submissions of a challenge and how alike they are, from 0 to 1, over how many tokens of the shorter one."""

    challenge: str
    first: Own
    second: Own
    alike: float
    tokens: int


def own_code(student: str, notebook: SubmittedNotebook, released: Set[str]) -> Own:
    """The student's own code: lines of code cells that are not among those ``released``."""
    text: list[str] = []
    lines: list[Line] = []
    for cell in notebook.cells:
        if cell.kind != "code" or cell.grade_id.startswith("supplied-") or cell.grade_id.endswith("-check"):
            continue
        tokens = line_tokens(cell.source)
        for number, line in enumerate(cell.source.splitlines(), 1):
            if line.strip() and line.strip() not in released:
                text.append(line)
                lines.append(tokens.get(number, ()))
    return Own(student, tuple(text), tuple(lines))


def line_tokens(source: str) -> dict[int, Line]:
    """Line number → its tokens; a name that is no keyword, attribute or called function is `v`, a text is `s`."""
    found: dict[int, list[str]] = {}
    previous = ""
    try:
        for token in tokenize.generate_tokens(io.StringIO(source).readline):
            if token.type not in _LAYOUT and token.string.strip():
                found.setdefault(token.start[0], []).append(_normalised(token, previous))
                previous = token.string
    except (tokenize.TokenError, SyntaxError):
        pass  # what can be read of code that is none is compared all the same
    # a line that is only a text is documentation
    return {number: tuple(line) for number, line in found.items() if line != ["s"]}


def _normalised(token: tokenize.TokenInfo, previous: str) -> str:
    if token.type == tokenize.STRING:
        return "s"
    if token.type == tokenize.NAME and not keyword.iskeyword(token.string) and previous != ".":
        return "v"
    return token.string


def pairs(challenge: str, submissions: Sequence[Own], at_least: float = 0.8) -> list[Pair]:
    """The pairs that are alike to this degree, the most alike first."""
    common = _common(submissions)
    streams = [[t for line in each.lines if line not in common for t in line] for each in submissions]
    long = [i for i, stream in enumerate(streams) if len(stream) >= FEWEST_TOKENS]
    if len(long) < 2:
        return []
    # every distinct token becomes one character, for RapidFuzz compares strings
    alphabet = {token: chr(0x4E00 + i) for i, token in enumerate(sorted({t for i in long for t in streams[i]}))}
    words = ["".join(alphabet[t] for t in streams[i]) for i in long]
    alike = cdist(words, words, scorer=Indel.normalized_similarity, score_cutoff=at_least, dtype=np.float32)
    compared = [submissions[i] for i in long]
    found = [
        Pair(challenge, compared[a], compared[b], float(alike[a, b]), min(len(words[a]), len(words[b])))
        for a, b in np.argwhere(np.triu(alike >= at_least, 1)).tolist()
    ]
    return sorted(found, key=lambda pair: (-pair.alike, -pair.tokens, pair.first.student))


def _common(submissions: Sequence[Own]) -> set[Line]:
    count = Counter(line for each in submissions for line in set(each.lines))
    return {line for line, n in count.items() if n > max(COMMON_COUNT, COMMON_SHARE * len(submissions))}


def similarity_page(assignment: str, found: Sequence[Pair], titles: Mapping[str, str]) -> str:
    """The pairs side by side; lines that both have are marked."""
    parts = [
        f"<h1>{escape(assignment)}: code that is alike</h1>",
        "<p>A hint for a person, never a finding: short exercises have few right answers, and friends may work "
        "together where that is allowed. What was released, comments, layout, chosen names, and lines that much of "
        "the class wrote are not compared. Marked lines are in both.</p>",
    ]
    if not found:
        parts.append("<p>No two submissions are alike to the degree that was asked for.</p>")
    for pair in found[:MOST_PAIRS]:
        both = set(pair.first.lines) & set(pair.second.lines) - {()}
        title = f"{pair.first.student} and {pair.second.student}: {pair.alike:.0%} of {pair.tokens} tokens"
        letter = " · the same to the letter" if pair.first.text == pair.second.text else ""
        columns = "".join(_column(own, both) for own in (pair.first, pair.second))
        parts.append(
            f"<details><summary>{escape(title)} · {escape(titles[pair.challenge])}{letter}</summary>"
            f'<div class="pair">{columns}</div></details>'
        )
    if len(found) > MOST_PAIRS:
        parts.append(f"<p>{len(found) - MOST_PAIRS} more pairs are less alike and not shown.</p>")
    return page(f"{assignment}: code that is alike", "\n".join(parts), _STYLE)


def _column(own: Own, both: Iterable[Line]) -> str:
    shown = "\n".join(
        f"<mark>{escape(text)}</mark>" if line in both else escape(text)
        for text, line in zip(own.text, own.lines, strict=True)
    )
    return f'<div><h2>{escape(own.student)}</h2><pre tabindex="0">{shown}</pre></div>'
