"""Claims about how a batch is run: in which order, what it keeps in memory, what it logs."""

from __future__ import annotations

import gc
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from autograder.course import Course
from autograder.grading import batch
from autograder.grading.batch import Batch, grade_assignment
from autograder.grading.pool import Job
from autograder.grading.report import Report
from autograder.judge import grader_error
from autograder.report.terminal import progress_lines
from tests.test_grading import RIGHT, WRONG, Class, classroom, released_class

__all__ = ["classroom", "released_class"]  # fixtures


class Pretend:
    """An engine that runs nothing and says that all is well; how many reports were alive at most."""

    confinement = "pretend"

    def __init__(self, course: Course, fault: str = "") -> None:
        self.course = course
        self.fault = fault
        self.order: list[str] = []
        self.alive = 0

    def __enter__(self) -> Pretend:
        return self

    def __exit__(self, *error: object) -> None:
        pass

    def grade(self, jobs: Sequence[Job]) -> Iterator[tuple[Job, Report]]:
        for job in jobs:
            self.order.append(job.student)
            results = tuple(
                grader_error(each.name, each.points, self.fault)
                for each in self.course.challenges["toy"].exercises.values()
                if self.fault
            )
            self.alive = max(self.alive, sum(type(each) is Report for each in gc.get_objects()))
            yield job, Report(str(job.path), "toy", self.confinement, exercises=results, seconds=1.0)


def pretend(classroom: Class, **more: Any) -> Pretend:
    course = Course.open(classroom.root)
    engine = Pretend(course, **more)
    grade_assignment(course, "lecture9", engine=lambda count: engine)
    return engine


def test_notebooks_that_took_longest_the_last_time_come_first(classroom: Class) -> None:
    for student in ("ada", "bob", "eve"):
        classroom.submit(student, RIGHT | {"setup": f"# {student}"})
    pretend(classroom)
    path = classroom.root / ".autograder/history/lecture9.jsonl"
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    seconds = {"ada": 1.0, "bob": 30.0, "eve": 5.0}
    path.write_text("".join(json.dumps(line | {"seconds": seconds[line["student"]]}) + "\n" for line in lines))
    for student in ("ada", "bob", "eve", "new"):
        classroom.submit(student, WRONG | {"setup": f"# {student}"})
    assert pretend(classroom).order == ["bob", "new", "eve", "ada"]  # a new one counts as the mean of the others


def test_coordinator_holds_no_more_reports_for_a_larger_class(classroom: Class) -> None:
    for number in range(40):
        classroom.submit(f"student{number:02}", RIGHT | {"setup": f"# {number}"})
    assert pretend(classroom).alive <= 4


def test_notebooks_with_the_same_content_run_once_and_count_for_each(classroom: Class) -> None:
    for student in ("ada", "bob", "eve"):
        classroom.submit(student, RIGHT)
    classroom.submit("zed", WRONG)
    course = Course.open(classroom.root)
    engine = Pretend(course)
    summary = grade_assignment(course, "lecture9", engine=lambda count: engine)
    assert len(engine.order) == 2 and summary.graded == len(summary.students) == 4
    assert len(Path(summary.log).read_text().splitlines()) == 4


def test_log_has_one_line_for_each_notebook_that_was_graded(classroom: Class) -> None:
    classroom.submit("ada", RIGHT)
    classroom.grade()
    classroom.submit("bob", WRONG)
    summary = classroom.grade()
    lines = [json.loads(line) for line in Path(summary.log).read_text().splitlines()]
    assert [(line["student"], line["verdicts"]["dozen"]) for line in lines] == [("bob", "wrong")]
    assert classroom.grade().log == ""


def test_where_there_is_no_terminal_a_line_now_and_then_says_the_rate_and_what_is_left() -> None:
    seconds = iter([0.0, 0.0, 20.0, 40.0, 41.0, 90.0])
    lines: list[str] = []
    show = progress_lines("grading lecture9", lines.append, lambda: next(seconds))
    for done in (100, 110, 140, 141, 190):  # 100 were known from before
        show(done, 1000)
    assert lines == [
        "grading lecture9: 140 of 1000 notebooks, 1.0 a second, 0:14:20 left",
        "grading lecture9: 190 of 1000 notebooks, 1.0 a second, 0:13:30 left",
    ]


def test_grader_error_is_reported_with_its_cause_and_graded_again_the_next_time(classroom: Class) -> None:
    classroom.submit("ada", RIGHT)
    course = Course.open(classroom.root)
    engine = Pretend(course, fault="Traceback …\nOSError: the disk of the grader broke")
    summary = grade_assignment(course, "lecture9", engine=lambda count: engine)
    assert any("ada, toy: halve" in fault and "the disk of the grader broke" in fault for fault in summary.faults)
    assert classroom.gradebook()["ada", "halve-check"] == (None, None, True)
    assert classroom.grade().graded == 1
    assert classroom.gradebook()["ada", "halve-check"] == (3.0, None, False)


@pytest.mark.parametrize("event", ["changed", "removed"])
def test_submission_that_changes_while_it_is_graded_is_not_filed_under_what_it_was(
    classroom: Class, event: str
) -> None:
    path = classroom.submit("ada", RIGHT)
    classroom.submit("bob", WRONG)
    course = Course.open(classroom.root)

    class Meanwhile(Pretend):
        def grade(self, jobs: Sequence[Job]) -> Iterator[tuple[Job, Report]]:
            classroom.submit("ada", RIGHT | {"dozen": "dozen = 13"}) if event == "changed" else path.unlink()
            yield from super().grade(jobs)

    summary = grade_assignment(course, "lecture9", engine=lambda count: Meanwhile(course))
    assert summary.unreadable == [f"ada: toy.ipynb {batch.CHANGED}"]
    assert classroom.gradebook()["ada", "halve-check"] == (None, None, True)
    path = classroom.submit("ada", RIGHT | {"dozen": "dozen = 14"})
    assert classroom.grade().graded == 1
    assert classroom.gradebook()["ada", "dozen-check"] == (0.0, None, False)


def test_submissions_are_read_without_the_gradebook_or_the_sandbox(classroom: Class) -> None:
    classroom.submit("ada", RIGHT)
    found = Batch(Course.open(classroom.root), "lecture9")
    assert [job.student for job in found.to_do] == ["ada"] and not (classroom.root / ".autograder/results").exists()


@pytest.mark.parametrize("students", [["ada"], ["bob", "ada"]])
def test_named_students_alone_are_graded(classroom: Class, students: list[str]) -> None:
    for student in ("ada", "bob", "eve"):
        classroom.submit(student, RIGHT)
    course = Course.open(classroom.root)
    summary = grade_assignment(course, "lecture9", students=students, engine=lambda count: Pretend(course))
    assert sorted(summary.students) == sorted(students)
