"""Plots as inline SVG that takes the page's own colours and font, each with a sentence for those who cannot see it."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

# stands for the text's colour while matplotlib draws; the page's own replaces it
_TEXT = "#010203"
_BAR = "#0969da"
_SETTINGS: Any = {
    "svg.fonttype": "none",
    "font.family": "sans-serif",
    "font.size": 10,
    "axes.spines.top": False,
    "axes.spines.right": False,
    **dict.fromkeys(("text.color", "axes.edgecolor", "axes.labelcolor", "xtick.color", "ytick.color"), _TEXT),
}
VERDICT_COLOURS = {
    "correct": "#2da44e",
    "wrong": "#cf222e",
    "crashed": "#fb8f44",
    "timed out": "#bf8700",
    "out of memory": "#8250df",
    "not attempted": "#8c959f",
    "grader error": "#e85aad",
}


def histogram(counts: Sequence[int], edges: Sequence[float], name: str, description: str) -> str:
    """Students by points."""
    figure, axes = _figure(7.0, 2.8)
    axes.bar(edges[:-1], counts, width=np.diff(edges) * 0.92, align="edge", color=_BAR)
    axes.set_xlabel("points")
    axes.set_ylabel("students")
    axes.yaxis.set_major_locator(MaxNLocator(integer=True))
    return _svg(figure, name, description)


def shares(labels: Sequence[str], parts: Mapping[str, Sequence[float]], name: str, description: str) -> str:
    """One bar a label, divided into coloured shares of 1."""
    figure, axes = _figure(7.0, 0.6 + 0.26 * len(labels))
    left = np.zeros(len(labels))
    rows = np.arange(len(labels))
    for part, values in parts.items():
        widths = np.asarray(values, float)
        axes.barh(rows, widths, left=left, height=0.75, color=VERDICT_COLOURS.get(part, _BAR), label=part)
        left += widths
    axes.set_yticks(rows, labels)
    axes.invert_yaxis()
    axes.set_xlim(0, 1)
    axes.set_xticks([0, 0.25, 0.5, 0.75, 1], ["0 %", "25 %", "50 %", "75 %", "100 %"])
    legend = axes.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=4, frameon=False, handlelength=1, fontsize=9)
    legend.set_in_layout(True)
    return _svg(figure, name, description)


def boxes(labels: Sequence[str], values: Sequence[Sequence[float]], name: str, description: str) -> str:
    """Median, quartiles and 5th to 95th percentile of each label's values."""
    figure, axes = _figure(7.0, 0.8 + 0.35 * len(labels))
    line = {"color": _TEXT}
    axes.boxplot(
        values, orientation="horizontal", tick_labels=labels, whis=(5, 95), showfliers=False, patch_artist=True,
        boxprops={"facecolor": _BAR, "edgecolor": _TEXT}, medianprops=line, whiskerprops=line, capprops=line,
    )  # fmt: skip
    axes.invert_yaxis()
    axes.set_xlim(left=0)
    axes.set_xlabel("seconds")
    return _svg(figure, name, description)


def _figure(width: float, height: float) -> tuple[Figure, Axes]:
    with matplotlib.rc_context(_SETTINGS):
        figure = Figure(figsize=(width, height), layout="constrained")
        return figure, figure.subplots()


def _svg(figure: Figure, name: str, description: str) -> str:
    """The figure as an element: no header, no metadata, ids of its own, the page's colour and font."""
    drawn = io.StringIO()
    with matplotlib.rc_context({**_SETTINGS, "svg.hashsalt": name}):
        figure.savefig(drawn, format="svg", transparent=True, metadata={"Date": None})
    text = drawn.getvalue()
    text = text[text.index("<svg") :]
    text = re.sub(r"<metadata>.*?</metadata>\s*|<!--.*?-->\s*", "", text, flags=re.S)
    text = re.sub(r' (width|height)="[\d.]+pt"', "", text, count=2)
    text = re.sub(r'\bid="([^"]+)"', rf'id="{name}-\1"', text)
    text = re.sub(r'href="#([^"]+)"', rf'href="#{name}-\1"', text)
    text = re.sub(r"url\(#([^)]+)\)", rf"url(#{name}-\1)", text)
    text = text.replace(_TEXT, "currentColor")
    text = re.sub(r"font: ([\d.]+)px [^;\"]*", r"font: \1px system-ui, sans-serif", text)
    text = re.sub(r"\s*\n\s*", "\n", text)
    return text.replace("<svg ", f'<svg role="img" aria-label="{escape(description)}" ', 1)
