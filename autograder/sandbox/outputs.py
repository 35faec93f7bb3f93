"""A cell's outputs as a student's process tells them, made into what a notebook file may hold.

The process could say anything: whatever is not a well-formed output is left out, and the limits are counted again.
"""

from __future__ import annotations

import re
from typing import Any

from autograder import messages

TEXT_TYPES = ("text/plain", "text/html", "text/latex", "text/markdown", "image/svg+xml")
BINARY_TYPES = ("image/png", "image/jpeg")
_SLACK = 2000  # for the sentence that says that the rest is cut
_BASE64 = re.compile(r"[A-Za-z0-9+/=\s]*")


def believed(told: Any, room: int) -> tuple[list[dict[str, Any]], int]:
    """The well-formed ones of the outputs ``told``, at most ``room`` characters of them, and how many they are."""
    kept: list[dict[str, Any]] = []
    used = 0
    for raw in told if isinstance(told, list) else ():
        output = _output(raw) if isinstance(raw, dict) else None
        if output is None:
            continue
        size = len(repr(output))
        if used + size > room + _SLACK:
            kept.append({"output_type": "stream", "name": "stdout", "text": messages.output_cut("output")})
            break
        used += size
        kept.append(output)
    return kept, used


def _output(raw: dict[str, Any]) -> dict[str, Any] | None:
    kind = raw.get("output_type")
    if kind == "stream":
        name = "stderr" if raw.get("name") == "stderr" else "stdout"
        return {"output_type": "stream", "name": name, "text": _string(raw.get("text"))}
    if kind == "error":
        lines = raw.get("traceback")
        traceback = [_string(line) for line in lines] if isinstance(lines, list) else []
        words = {"ename": _string(raw.get("ename")), "evalue": _string(raw.get("evalue"))}
        return {"output_type": "error", **words, "traceback": traceback}
    if kind in ("display_data", "execute_result"):
        counted = {"execution_count": None} if kind == "execute_result" else {}
        return {"output_type": kind, "data": _data(raw.get("data")), "metadata": {}, **counted}
    return None


def _data(told: Any) -> dict[str, str]:
    data = told if isinstance(told, dict) else {}
    kept = {kind: data[kind] for kind in TEXT_TYPES if isinstance(data.get(kind), str)}
    pictures = {kind: data[kind] for kind in BINARY_TYPES if isinstance(data.get(kind), str)}
    # a picture's text ends up within an attribute of a page
    return {**kept, **{kind: text for kind, text in pictures.items() if _BASE64.fullmatch(text)}}


def _string(value: Any) -> str:
    return value if isinstance(value, str) else ""
