"""Claims about grading again after a check changed: what runs, who is said to move, and what is written."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from nbgrader.api import Gradebook

from autograder.cli import main
from autograder.course import Course, load_challenges
from autograder.grading.batch import CHANGED, Batch
from autograder.grading.regrade import Regrade, regrade_assignment
from autograder.grading.store import judging_modules
from tests.test_grading import RIGHT, Class, classroom, released_class

__all__ = ["classroom", "released_class"]  # fixtures
ROUGH = RIGHT | {"halve": RIGHT["halve"].replace("x / 2", "x / 2.001")}


def change_tolerance(classroom: Class) -> None:
    """Answers that are wrong by 0.05 % become right."""
    path = classroom.root / "reference_solutions/lecture9/toy.py"
    path.write_text(path.read_text().replace("rtol=1e-4", "rtol=1e-2"))
    load_challenges.cache_clear()


def regrade(classroom: Class, **more: Any) -> Regrade:
    return regrade_assignment(Course.open(classroom.root), "lecture9", workers=1, **more)


@pytest.fixture
def graded(classroom: Class) -> Class:
    classroom.submit("ada", RIGHT)
    classroom.submit("bob", ROUGH | {"question1": "Because."})
    classroom.grade()
    return classroom


def test_regrade_without_a_change_runs_nothing_and_moves_nobody(graded: Class) -> None:
    found = regrade(graded)
    assert (found.affected, found.run, found.unchanged, found.moves) == (0, 0, 2, [])


def test_submission_that_changes_meanwhile_moves_nobody(graded: Class, monkeypatch: pytest.MonkeyPatch) -> None:
    change_tolerance(graded)
    monkeypatch.setattr(Batch, "_is_as_it_was", lambda self, job: job.student != "bob")
    found = regrade(graded)
    assert found.moves == [] and found.faults == [f"bob, toy: toy.ipynb {CHANGED}"]
    monkeypatch.undo()
    assert regrade(graded).totals == {"bob": 2.0}


def test_comment_or_docstring_of_the_checks_affects_nobody(graded: Class) -> None:
    path = graded.root / "reference_solutions/lecture9/toy.py"
    text = path.read_text()
    path.write_text("# a comment\n" + text.replace("Half of each entry of x.", "One half of each entry of x."))
    assert path.read_text().count("One half") == 1
    load_challenges.cache_clear()
    assert regrade(graded).affected == 0


def test_regrade_says_who_moves_by_how_much_and_why_before_it_writes(graded: Class) -> None:
    before = graded.gradebook()
    change_tolerance(graded)
    found = regrade(graded)
    assert found.affected == found.run == 2
    assert found.totals == {"bob": 2.0}
    move = found.moves[0]
    assert (move.exercise, move.before, move.after) == ("halve", 1.0, 3.0)
    assert move.verdicts == ("wrong", "correct") and move.why == "the checks changed"
    assert graded.gradebook() == before


def test_applying_a_regrade_writes_and_runs_nothing_a_second_time(graded: Class) -> None:
    change_tolerance(graded)
    regrade(graded)
    found = regrade(graded, apply=True)
    assert found.run == 0 and found.totals == {"bob": 2.0}
    assert graded.gradebook()["bob", "halve-check"][0] == 3
    assert "<strong>4</strong> of 6" in (graded.root / "feedback/bob/lecture9/toy.html").read_text()
    assert regrade(graded).affected == 0


def test_points_and_comments_given_by_a_person_stay_in_a_regrade(graded: Class) -> None:
    with Gradebook(graded.url) as book:
        book.find_grade("halve-check", "toy", "lecture9", "bob").manual_score = 1.25
        grade = book.find_grade("question1", "toy", "lecture9", "bob")
        grade.manual_score, grade.needs_manual_grade = 2.0, False
        book.find_comment("question1", "toy", "lecture9", "bob").manual_comment = "Good."
        book.db.commit()
    change_tolerance(graded)
    found = regrade(graded, apply=True)
    assert found.moves[0].kept == 1.25 and found.totals == {"bob": 0.0}
    book_now = graded.gradebook()
    assert book_now["bob", "halve-check"] == (3.0, 1.25, True)  # a person looks again: the program's points moved
    assert book_now["bob", "question1"] == (None, 2.0, False)
    with Gradebook(graded.url) as book:
        assert book.find_comment("question1", "toy", "lecture9", "bob").manual_comment == "Good."


def test_newer_submission_is_named_as_the_reason_and_both_stay_on_record(graded: Class) -> None:
    graded.submit("bob", RIGHT)
    found = regrade(graded, apply=True)
    assert found.moves and {move.why for move in found.moves} == {"a newer submission"}
    lines = (graded.root / ".autograder/history/lecture9.jsonl").read_text().splitlines()
    keys = [json.loads(line)["key"] for line in lines if json.loads(line)["student"] == "bob"]
    assert len(set(keys)) == 2
    assert all((graded.root / ".autograder/results" / key[:2] / f"{key}.json").is_file() for key in keys)


def test_regrade_command_prints_what_moves_and_how_to_write_it(
    graded: Class, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    change_tolerance(graded)
    monkeypatch.chdir(graded.root)
    monkeypatch.setenv("COLUMNS", "160")
    assert main(["regrade", "lecture9", "--workers", "1"]) == 0
    said = capsys.readouterr().out
    assert "1 → 3" in said and "wrong → correct" in said and "bob: +2 points" in said
    assert "autograder regrade lecture9 --apply" in said


def test_version_of_the_engine_covers_every_module_that_grading_a_submission_imports() -> None:
    listing = "import sys, autograder.grading.submission; print('\\n'.join(sorted(m.__file__ for n, m in"
    listing += " sys.modules.items() if n.startswith('autograder') and getattr(m, '__file__', None))))"
    done = subprocess.run([sys.executable, "-c", listing], capture_output=True, text=True, check=True)
    imported = {Path(line) for line in done.stdout.split()}
    around = {"course.py", "config.py", "secret.py"}
    missing = {path for path in imported - set(judging_modules()) if path.name not in around}
    assert not {path for path in missing if path.name != "__init__.py"}
