"""Claims about opening a course: nothing is imported that a command does not need, and nothing is taken on trust."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from autograder.course import Course, load_module
from autograder.exercise import DeclarationError
from tests.toy import toy_course


def second_assignment(root: Path, text: str, name: str = "other") -> Path:
    folder = root / "reference_solutions" / "lecture10"
    folder.mkdir()
    (folder / f"{name}.py").write_text(text)
    return folder


def test_module_of_a_challenge_is_imported_when_it_is_asked_for(tmp_path: Path) -> None:
    root = toy_course(tmp_path)
    second_assignment(root, "raise RuntimeError('imported')\n")
    course = Course.open(root)
    assert list(course.challenges) == ["other", "toy"]
    assert course.names_of("lecture9") == ["toy"] and course.challenges["toy"].name == "toy"
    with pytest.raises(RuntimeError, match="imported"):
        course.of_assignment("lecture10")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("challenge = None\n", "declares no `challenge"),
        ("from autograder.exercise import Challenge\nchallenge = Challenge('x', assignment='lecture10', title='X')\n",
         r"declares 'x' of 'lecture10'; by its place it is Challenge\('other', assignment='lecture10'"),
        ("from autograder.exercise import Challenge\nchallenge = Challenge('other', assignment='l', title='X')\n",
         "declares 'other' of 'l'"),
    ],
)  # fmt: skip
def test_module_that_declares_something_else_than_its_place_says_is_named(
    tmp_path: Path, text: str, said: str
) -> None:
    root = toy_course(tmp_path)
    second_assignment(root, text)
    with pytest.raises(DeclarationError, match=said):
        Course.open(root).challenges["other"]


def test_libraries_are_warmed_that_some_notebook_imports(course: Course) -> None:
    def needed(*sources: str) -> list[str]:
        return course.libraries_of(json.dumps({"cells": [{"source": each}]}).encode() for each in sources)

    assert needed("import numpy as np\nx = 'optimal'") == []
    assert needed("import numpy as np\nfrom scipy import stats", "import numpy, torch") == ["scipy", "torch"]
    assert needed("import torch\noptimizer = torch.optim.Adam(w)") == ["torch", "torch.optim"]
    assert needed("from torchvision.datasets import MNIST") == ["torch", "torchvision"]
    assert course.libraries_of([b"import " * 9_000_000]) == []  # as long as may be, and made to take long


def test_references_of_lecture1_do_without_torch() -> None:
    root = Path(__file__).resolve().parent.parent / "reference_solutions" / "lecture1"
    before = set(sys.modules)
    for path in sorted(root.glob("*.py")):
        load_module(path)
    assert "torch" not in set(sys.modules) - before
