"""The frame of every HTML page: self-contained, readable on a phone, in the dark, on paper and aloud."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from html import escape

_STYLE = """
:root { color-scheme: light dark; --text: #1f2328; --back: #fff; --soft: #f6f8fa; --line: #d0d7de; --link: #0550ae; }
@media screen and (prefers-color-scheme: dark) {
  :root { --text: #e6edf3; --back: #0d1117; --soft: #161b22; --line: #30363d; --link: #79b8ff; }
}
body { color: var(--text); background: var(--back); font: 1rem/1.5 system-ui, sans-serif; margin: 0 auto; padding: 1rem;
  max-width: 60rem; }
a { color: var(--link); }
h1 { font-size: 1.5rem; } h2 { font-size: 1.2rem; border-bottom: 1px solid var(--line); } h3 { font-size: 1rem; }
img, svg { max-width: 100%; height: auto; } figure { margin: 0.5rem 0; }
summary { cursor: pointer; padding: 0.3rem 0; }
:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
.score { font-size: 1.5rem; margin: 0.5rem 0; }
.wide { overflow-x: auto; }
pre { background: var(--soft); border: 1px solid var(--line); border-radius: 6px; overflow-x: auto; padding: 0.7rem; }
pre.answer { white-space: pre-wrap; }
blockquote { border-left: 4px solid var(--link); margin: 0.5rem 0; padding-left: 1rem; white-space: pre-line; }
table { border-collapse: collapse; }
.data td, .data th { border-bottom: 1px solid var(--line); padding: 0.25rem 0.7rem; text-align: left; }
.data td { overflow-wrap: anywhere; min-width: 4rem; }
.data td.number { text-align: right; white-space: nowrap; }
.data tbody th { font-weight: normal; }
.data caption { text-align: left; font-weight: bold; padding: 0.3rem 0; }
@media print {
  :root { --text: #000; --back: #fff; --soft: #fff; --line: #999; --link: #000; }
  body { max-width: none; padding: 0; } .wide { overflow: visible; } pre { white-space: pre-wrap; }
  details::details-content { content-visibility: visible; display: block; } summary { list-style: none; }
  tr, h2, h3, figure { break-inside: avoid; } h2, h3 { break-after: avoid; }
}
"""

_NUMBER = re.compile(r"[-–]?[\d.]* ?%?|[\d.]+ of [\d.]+")


def page(title: str, body: str, style: str = "") -> str:
    """A whole HTML document; ``body`` is HTML already, ``style`` is added to the style that all pages have."""
    text = (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title><style>{_STYLE}{style}</style></head>\n<body><main>\n{body}\n</main></body></html>\n"
    )
    # what students wrote may hold half of a surrogate pair, which no file can
    return text.encode("utf-8", "replace").decode("utf-8")


def data_table(
    caption: str, head: Sequence[str], rows: Iterable[Sequence[str]], *, raw: bool = False, header: bool = True
) -> str:
    """A table whose first column names its rows; cells are text, or (``raw``) HTML already. Numbers stand right."""

    def cell(text: str) -> str:
        number = ' class="number"' if _NUMBER.fullmatch(text) else ""
        return f"<td{number}>{text if raw else escape(text)}</td>"

    body = "".join(
        f'<tr><th scope="row">{first if raw else escape(first)}</th>{"".join(map(cell, rest))}</tr>'
        for first, *rest in rows
    )
    named = f"<caption>{escape(caption)}</caption>" if caption else ""
    columns = "".join(f'<th scope="col">{escape(text)}</th>' if text else "<td></td>" for text in head)
    top = f"<thead><tr>{columns}</tr></thead>" if header else ""
    return f'<div class="wide" tabindex="0"><table class="data">{named}{top}<tbody>{body}</tbody></table></div>'
