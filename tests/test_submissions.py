"""Every example submission, through the real sandbox: right ones get full marks, wrong ones lose them and hear why."""

from __future__ import annotations

from typing import Any

import pytest

from autograder.course import Course
from autograder.grading.submission import Grader
from tests.conftest import grade_cells
from tests.submission_files import SubmissionFile, all_files, complaints

FILES = all_files()


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.label)
def test_submission_gets_the_verdict_written_in_its_file(
    file: SubmissionFile, grader: Grader, course: Course, released: dict[str, dict[str, Any]]
) -> None:
    report = grade_cells(grader, course, released[file.challenge], file.cells)
    assert report.faults == []
    results = {each.name: each for each in report.exercises if each.name in file.cells}
    assert complaints(file, results) == []


@pytest.mark.parametrize("challenge", sorted({file.challenge for file in FILES}))
def test_every_known_mistake_of_a_challenge_is_named_in_some_submission(challenge: str, course: Course) -> None:
    named = {file.header.get("mistake") for file in all_files(challenge)}
    declared = {m.name for each in course.challenges[challenge].exercises.values() for m in each.mistakes}
    assert declared <= named


@pytest.mark.parametrize("challenge", sorted({file.challenge for file in FILES}))
def test_every_function_exercise_has_enough_right_and_wrong_submissions(challenge: str, course: Course) -> None:
    trained = {"train", "train_cnn", "sweep", "reduced_data_study"}
    lecture2 = challenge >= "challenge6"
    for name, exercise in course.challenges[challenge].exercises.items():
        if exercise.is_value:
            continue
        enough = (2, 4) if name in trained else (3, 6) if lecture2 else (4, 6)
        right = sum(file.right and name in file.cells for file in all_files(challenge))
        wrong = sum(not file.right and file.exercise == name for file in all_files(challenge))
        assert (right, wrong) >= enough and right >= enough[0] and wrong >= enough[1], name
