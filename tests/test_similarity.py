"""Claims about the search for submissions that are alike."""

from __future__ import annotations

import json
import random
import time
from pathlib import Path
from typing import Any

import pytest

from autograder.cli import main
from autograder.report.similarity import Own, line_tokens, own_code, pairs, similarity_page
from tests.browser import violations
from tests.class_of_toys import ASSIGNMENT, ToyClass
from tests.test_feedback import handed_in

LONG = """def halve(x):
    if len(x) == 0:
        raise ValueError("nothing")
    total = 0
    answer = []
    for entry in x:
        total = total + entry
        answer.append(entry * 0.5)
    print(total, answer[0], len(answer))
    return np.asarray(answer)
"""
RENAMED = """def halve(x):
    # my own work
    if len(x) == 0:
        raise ValueError("empty!")

    summed = 0
    out = []
    for value in x:
        summed = summed + value
        out.append(value * 0.5)
    print(summed, out[0], len(out))
    return np.asarray(out)
"""
OTHER = """def halve(x):
    x = np.array(x, dtype=float)
    if not x.size:
        raise ValueError
    shifted = np.ldexp(x, -1)
    while np.any(np.abs(shifted * 2 - x) > 1e-12 * np.abs(x)):
        shifted = shifted + (x - 2 * shifted) / 4
    assert shifted.shape == x.shape, "no broadcasting here"
    return {"halved": shifted}["halved"]
"""


def own(student: str, code: str, released: frozenset[str] = frozenset({"def halve(x):"})) -> Own:
    return own_code(student, handed_in(halve=code), released)


def test_renamed_variables_comments_and_layout_hide_nothing() -> None:
    found = pairs("toy", [own("ada", LONG), own("bob", RENAMED), own("eve", OTHER)])
    assert [(p.first.student, p.second.student) for p in found] == [("ada", "bob")]
    assert found[0].alike > 0.99


def test_what_was_released_is_not_compared() -> None:
    released = frozenset(line.strip() for line in LONG.splitlines())
    assert pairs("toy", [own("ada", LONG, released), own("bob", LONG, released)]) == []


def test_short_answers_are_not_compared() -> None:
    short = "def halve(x):\n    return x / 2"
    assert pairs("toy", [own("ada", short), own("bob", short)]) == []


def test_lines_that_much_of_the_class_wrote_say_nothing() -> None:
    everybody = [own(f"s{i}", LONG) for i in range(20)]
    assert pairs("toy", everybody) == []


def test_code_that_is_none_is_compared_as_far_as_it_goes() -> None:
    assert line_tokens("x = (1,\n'''never closed")[1] == ("v", "=", "(", "1", ",")


def test_page_marks_common_lines_and_shows_text_only() -> None:
    harmful = LONG + "    # </pre><script>alert(1)</script>\n"
    found = pairs("toy", [own("ada", harmful), own("bob", RENAMED)])
    page = similarity_page("lecture9", found, {"toy": "A toy"})
    assert "<mark>    for entry in x:</mark>" in page and "<script>" not in page
    assert "A hint for a person" in page


def test_five_hundred_students_are_compared_in_seconds() -> None:
    rng = random.Random(3)
    names = ["np.sum", "np.dot", "x.T", "A @ x", "len(x)", "x[0]", "abs(y)", "y ** 2"]
    lines = [f"    y = {rng.choice(names)} {rng.choice('+-*/')} {rng.randint(2, 99)}" for _ in range(400)]
    everybody = [own(f"s{i}", "def halve(x):\n" + "\n".join(rng.sample(lines, 25))) for i in range(500)]
    start = time.monotonic()
    pairs("toy", everybody)
    assert time.monotonic() - start < 20


def test_command_writes_the_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    toys = ToyClass(tmp_path)
    for student, code in (("ada", LONG), ("bob", RENAMED), ("eve", OTHER)):
        toys.hand_in(student, code=code)
    (toys.root / "submitted/eve/lecture9/toy.ipynb").write_text(json.dumps({"cells": "none"}))
    monkeypatch.chdir(toys.root)
    assert main(["similarity", ASSIGNMENT]) == 0
    assert "1 pairs to look at, out of 3 students" in capsys.readouterr().out
    assert "ada and bob" in (toys.root / "reports/lecture9-similarity.html").read_text(encoding="utf-8")


def test_axe_finds_nothing_serious_in_the_page() -> None:
    found = pairs("toy", [own("ada", LONG), own("bob", RENAMED)])
    assert violations(similarity_page("lecture9", found, {"toy": "A toy"})) == []
