"""The frame of every HTML page: self-contained, readable on a phone, in the dark, on paper and aloud."""

from __future__ import annotations

from html import escape

_STYLE = """
:root { color-scheme: light dark; --text: #1f2328; --back: #ffffff; --soft: #f6f8fa; --line: #d0d7de; --link: #0550ae; }
@media (prefers-color-scheme: dark) {
  :root { --text: #e6edf3; --back: #0d1117; --soft: #161b22; --line: #30363d; --link: #79b8ff; }
}
body { color: var(--text); background: var(--back); font: 1rem/1.5 system-ui, sans-serif; margin: 0 auto; max-width: 60rem;
  padding: 1rem; }
a { color: var(--link); }
h1 { font-size: 1.5rem; } h2 { font-size: 1.2rem; border-bottom: 1px solid var(--line); } h3 { font-size: 1rem; }
.score { font-size: 1.5rem; } .wide { overflow-x: auto; } img, svg { max-width: 100%; height: auto; }
pre { background: var(--soft); border: 1px solid var(--line); border-radius: 6px; overflow-x: auto; padding: 0.7rem; }
pre.answer { white-space: pre-wrap; } blockquote { border-left: 4px solid var(--link); margin-left: 0; padding-left: 1rem; }
table { border-collapse: collapse; } .data td, .data th { border-bottom: 1px solid var(--line); padding: 0.25rem 0.7rem;
  text-align: left; } .data td.number { text-align: right; }
@media print { :root { --text: #000; --back: #fff; --soft: #fff; } details > * { display: block; } }
"""


def page(title: str, body: str) -> str:
    """A whole HTML document; ``body`` is HTML already."""
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title><style>{_STYLE}</style></head>\n<body><main>\n{body}\n</main></body></html>\n"
    )
