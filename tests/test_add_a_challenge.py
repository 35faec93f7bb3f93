"""docs/add-a-challenge.md works as it stands: its two files are built, graded and calibrated as a newcomer would."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from autograder.cli import main
from autograder.notebooks.fill import fill

PAGE = Path(__file__).resolve().parent.parent / "docs" / "add-a-challenge.md"
RIGHT = "def softmax(z):\n    e = [2.718281828459045 ** (x - max(z)) for x in z]\n    return [x / sum(e) for x in e]"
WRONG = "def softmax(z):\n    return np.exp(z) / sum(np.exp(z))"


@pytest.fixture
def course(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A course with nothing but the two files of the page."""
    text = PAGE.read_text(encoding="utf-8")
    paths = re.findall(r"^`((?:reference_solutions|source)/\S+)`", text, flags=re.M)
    declaration = re.search(r"^```python\n(.*?)^```$", text, flags=re.M | re.S)
    prose = re.search(r"^````markdown\n(.*?)^````$", text, flags=re.M | re.S)
    assert len(paths) == 2 and declaration is not None and prose is not None
    for path, content in zip(paths, (declaration[1], prose[1]), strict=True):
        (tmp_path / path).parent.mkdir(parents=True)
        (tmp_path / path).write_text(content, encoding="utf-8")
    (tmp_path / "gradebook_config.py").write_text("c = get_config()\nc.Autograder.warm = []\n")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_challenge_of_the_page_is_released_and_graded(course: Path) -> None:
    assert main(["release", "lecture3"]) == 0
    released = json.loads((course / "release/lecture3/challenge9_softmax.ipynb").read_text())
    (course / "right.ipynb").write_text(json.dumps(fill(released, {"softmax": RIGHT})))
    (course / "wrong.ipynb").write_text(json.dumps(fill(released, {"softmax": WRONG})))
    files = ["release/lecture3/challenge9_softmax.ipynb", "right.ipynb", "wrong.ipynb"]
    assert main(["grade-notebook", *files, "--json", "out.json"]) == 0
    blank, right, wrong = (each["exercises"]["softmax"] for each in json.loads((course / "out.json").read_text()))
    assert blank["verdict"] == "not attempted"
    assert (right["verdict"], right["points"]) == ("correct", 4)
    assert wrong["mistake"] == "overflows" and 0 < wrong["points"] < 4
