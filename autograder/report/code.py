"""Program text on a page, coloured for light and dark; the colours are told apart from either background (WCAG AA)."""

from __future__ import annotations

from functools import cache
from html import escape

from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer

LIGHT, DARK = "xcode", "monokai"
LARGEST = 20_000
"""Characters beyond which text stays plain: it may have been made to take long to colour."""


def code_html(source: str) -> str:
    """The text in a scrollable block."""
    if len(source) > LARGEST:
        return f'<pre class="code" tabindex="0">{escape(source)}</pre>'
    lexer, formatter = _tools()
    return f'<pre class="code" tabindex="0">{highlight(source, lexer, formatter)}</pre>'


@cache
def code_style() -> str:
    """The style sheet that goes with it."""
    light, dark = (_colours(style) for style in (LIGHT, DARK))
    return f"{light}\n@media screen and (prefers-color-scheme: dark) {{\n{dark}\n}}\n"


def _colours(style: str) -> str:
    """The style's colours for tokens, without its background, which the page has its own of."""
    rules = HtmlFormatter(style=style).get_style_defs(".code").splitlines()
    return "\n".join(
        rule.split("/*")[0].strip() for rule in rules if rule.startswith(".code .") and "background" not in rule
    )


@cache
def _tools() -> tuple[PythonLexer, HtmlFormatter[str]]:
    return PythonLexer(ensurenl=False, stripnl=False), HtmlFormatter(nowrap=True)
