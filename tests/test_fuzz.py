"""Whatever bytes are handed in, reading them ends in a notebook or in one sentence, and grading them in a verdict."""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from autograder.cli import main
from autograder.notebooks.fill import fill
from autograder.notebooks.read import SubmittedNotebook, UnreadableNotebook, parse
from autograder.verdict import Verdict
from tests.attack_files import released
from tests.test_grading import RIGHT, WRONG, Class
from tests.toy import toy_challenge

MUTANTS = 2000
STRANGE: list[Any] = [
    None, True, 0, -1, 10**400, 1e308, float("nan"), float("inf"), "", "\ud800", "\x00\x1b[31m", "x" * 100_000, [], {},
    [[]], [None], {"": ""}, {"nbgrader": None}, ["exploration"], "code", "markdown", {"grade_id": ["halve"]},
]  # fmt: skip


def nodes(tree: Any) -> list[tuple[Any, Any]]:
    """Every place in a JSON tree, as the container and the key."""
    keys = list(tree) if isinstance(tree, dict) else list(range(len(tree))) if isinstance(tree, list) else []
    return [place for key in keys for place in [(tree, key), *nodes(tree[key])]]


def retyped(rng: random.Random, document: Any) -> bytes:
    for _ in range(rng.randint(1, 4)):
        container, key = rng.choice(nodes(document) or [(document, "cells")])
        container[key] = copy.deepcopy(rng.choice(STRANGE))
    return json.dumps(document).encode()


def without_something(rng: random.Random, document: Any) -> bytes:
    for _ in range(rng.randint(1, 3)):
        container, key = rng.choice([place for place in nodes(document) if isinstance(place[0], dict)])
        del container[key]
        if not document:
            break
    return json.dumps(document).encode()


def reordered(rng: random.Random, document: Any) -> bytes:
    rng.shuffle(document["cells"])
    document["cells"] += rng.choices(document["cells"], k=rng.randint(0, 5))
    return json.dumps(document).encode()


def truncated(rng: random.Random, document: Any) -> bytes:
    content = json.dumps(document).encode()
    return content[: rng.randrange(len(content))]


def with_wrong_bytes(rng: random.Random, document: Any) -> bytes:
    content = bytearray(json.dumps(document).encode())
    for _ in range(rng.randint(1, 20)):
        content[rng.randrange(len(content))] = rng.randrange(256)
    return bytes(content)


def in_another_encoding(rng: random.Random, document: Any) -> bytes:
    document["cells"][0]["source"] = "# Größe \N{GREEK SMALL LETTER ALPHA}"
    encoding = rng.choice(["utf-16", "utf-32", "utf-8-sig", "cp1253"])
    return json.dumps(document, ensure_ascii=False).encode(encoding, "replace")


def nested(rng: random.Random, document: Any) -> bytes:
    depth = rng.choice([50, 900, 5_000, 100_000])
    brackets = rng.choice([("[", "]"), ('{"a":', "}")])
    deep = brackets[0] * depth + "1" + brackets[1] * depth
    return json.dumps(document).replace('"nbformat"', f'"deep": {deep}, "nbformat"').encode()


def of_another_format(rng: random.Random, document: Any) -> bytes:
    document["nbformat"] = rng.choice([0, 2, 3, 5, 99, -4, "4", None])
    if rng.random() < 0.5:
        document["worksheets"] = [{"cells": document.pop("cells")}]
    return json.dumps(document).encode()


def with_keys_twice(rng: random.Random, document: Any) -> bytes:
    key = rng.choice(["cells", "metadata", "source", "cell_type", "grade_id", "nbgrader"])
    return json.dumps(document).replace(f'"{key}":', f'"{key}": {json.dumps(rng.choice(STRANGE))}, "{key}":').encode()


def enormous(rng: random.Random, document: Any) -> bytes:
    document["cells"] += [document["cells"][0]] * rng.choice([100, 2_000])
    return json.dumps(document).encode()


def something_else(rng: random.Random, document: Any) -> bytes:
    files = [b"", b"\x00" * 1000, b"null", b"[]", b'"cells"', b"NaN", b"%PDF-1.7", b"PK\x03\x04", rng.randbytes(500)]
    return rng.choice(files)


MUTATIONS: list[Callable[[random.Random, Any], bytes]] = [
    retyped, retyped, without_something, reordered, truncated, with_wrong_bytes, in_another_encoding, nested,
    of_another_format, with_keys_twice, enormous, something_else,
]  # fmt: skip


def mutant(number: int, document: dict[str, Any]) -> bytes:
    """A right, wrong or unanswered submission, spoilt."""
    rng = random.Random(number)
    answered = fill(document, ({}, RIGHT, WRONG)[number // len(MUTATIONS) % 3])
    return MUTATIONS[number % len(MUTATIONS)](rng, answered)


def test_two_thousand_mutated_notebooks_are_read_or_refused_with_one_sentence() -> None:
    challenge = toy_challenge()
    challenges = {challenge.name: challenge}
    document = released(challenge)
    read = 0
    for number in range(MUTANTS):
        filename = "toy.ipynb" if number % 3 else "homework (1).ipynb"
        try:
            notebook = parse(mutant(number, document), filename, challenges)
        except UnreadableNotebook as refused:
            assert is_sentence(str(refused)), (number, str(refused))
        else:
            assert isinstance(notebook, SubmittedNotebook)
            "".join([*notebook.notes, *(cell.source + cell.grade_id for cell in notebook.cells)]).encode()
            read += 1
    assert MUTANTS // 4 < read < MUTANTS, "the mutations are too harsh, or too mild, to say much"


def is_sentence(text: str) -> bool:
    return text.endswith(".") and "\n" not in text and "Traceback" not in text and len(text) < 400


def test_class_of_two_thousand_mutated_notebooks_is_graded_to_its_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    classroom = Class(tmp_path)
    for number in range(MUTANTS):
        path = classroom.root / "submitted" / f"student{number:04}" / "lecture9" / "toy.ipynb"
        path.parent.mkdir(parents=True)
        path.write_bytes(mutant(number, classroom.released))
    monkeypatch.chdir(classroom.root)
    assert main(["grade", "lecture9", "--workers", "2", "--json", "summary.json"]) == 0
    assert "Traceback" not in capsys.readouterr().err
    summary = json.loads((classroom.root / "summary.json").read_text(encoding="utf-8"))
    assert len(summary["students"]) == summary["graded"] + len(summary["unreadable"]) == MUTANTS
    assert summary["faults"] == [] and all(map(is_sentence, summary["unreadable"]))
    assert {str(each) for each in (Verdict.CORRECT, Verdict.WRONG, Verdict.NOT_ATTEMPTED)} <= set(summary["verdicts"])
    scores, book = summary["students"], classroom.gradebook()
    assert set(scores.values()) >= {0.0, 4.0}, "some mutants keep their answers, some lose them"
    for number in range(MUTANTS):
        student = f"student{number:04}"
        points, _, waiting = book[student, "halve-check"]
        assert waiting == (points is None) and (points or 0) <= scores[student]
        assert (classroom.root / "feedback" / student / "lecture9" / "toy.html").is_file()
