"""Filling a released notebook with answers from a text file of cells: how tests and the demo make submissions.

A file is cells headed ``# %% <grade_id>`` (``# %% setup`` for imports of its own) after lines ``# key: value``.
"""

from __future__ import annotations

import copy
import re
from typing import Any


def parse_cells(text: str) -> tuple[dict[str, str], dict[str, str]]:
    """The header's values and the cells by grade_id."""
    head, *parts = re.split(r"^# %% *(\S+) *$", text, flags=re.M)
    cells = dict(zip(parts[::2], (part.strip("\n") for part in parts[1::2]), strict=True))
    return dict(re.findall(r"^# (\w+): (.+)$", head, flags=re.M)), cells


def fill(released: dict[str, Any], cells: dict[str, str]) -> dict[str, Any]:
    """The released notebook with these cells answered; a ``setup`` cell is put after the notebook's own imports."""
    notebook = copy.deepcopy(released)
    filled = []
    for cell in notebook["cells"]:
        grade_id = cell["metadata"].get("nbgrader", {}).get("grade_id")
        if grade_id in cells:
            cell["source"] = cells[grade_id]
        filled.append(cell)
        if "setup" in cells and cell["cell_type"] == "code" and not any(c.get("id") == "own-setup" for c in filled):
            own = {"cell_type": "code", "id": "own-setup", "metadata": {}, "source": cells["setup"]}
            filled.append({**own, "outputs": [], "execution_count": None})
    notebook["cells"] = filled
    return notebook
