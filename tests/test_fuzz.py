"""Whatever bytes are handed in, reading them ends in a notebook or in one sentence, and grading them in a report."""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

from autograder.exercise import Challenge
from autograder.grading.submission import Grader
from autograder.notebooks.read import SubmittedNotebook, UnreadableNotebook, parse
from autograder.sandbox.limits import Limits
from autograder.sandbox.session import ForkServer
from tests.attack_files import released
from tests.toy import toy_challenge

MUTANTS = 2000
GRADED = 15
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


def mutant(number: int, challenge: Challenge) -> bytes:
    rng = random.Random(number)
    return MUTATIONS[number % len(MUTATIONS)](rng, json.loads(json.dumps(released(challenge))))


def test_two_thousand_mutated_notebooks_are_read_or_refused_with_one_sentence() -> None:
    challenge = toy_challenge()
    challenges = {challenge.name: challenge}
    read = 0
    for number in range(MUTANTS):
        filename = "toy.ipynb" if number % 3 else "homework (1).ipynb"
        try:
            notebook = parse(mutant(number, challenge), filename, challenges)
        except UnreadableNotebook as refused:
            sentence = str(refused)
            assert sentence.endswith(".") and "\n" not in sentence and len(sentence) < 400, (number, sentence)
        else:
            assert isinstance(notebook, SubmittedNotebook)
            "".join([*notebook.notes, *(cell.source + cell.grade_id for cell in notebook.cells)]).encode()
            read += 1
    assert MUTANTS // 4 < read < MUTANTS, "the mutations are too harsh, or too mild, to say much"


def test_mutated_notebooks_are_graded_without_a_fault(fork_server: ForkServer, tmp_path: Path) -> None:
    challenge = toy_challenge()
    limits = Limits(cell_seconds=2, call_seconds=2, notebook_seconds=10)
    grader = Grader({challenge.name: challenge}, fork_server.launchers[0], limits=limits, secret=b"of the tests")
    for number in range(0, MUTANTS, MUTANTS // GRADED):
        path = tmp_path / "toy.ipynb"
        path.write_bytes(mutant(number, challenge))
        report = grader.grade_file(path)
        assert report.error or (report.score == 0 and not report.faults), number
        json.dumps(report.to_plain(), ensure_ascii=False).encode()
