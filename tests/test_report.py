"""Claims about the class report, and about feedback that is written again after people have graded."""

from __future__ import annotations

import datetime
import re
import shutil
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from autograder.cli import main
from autograder.course import Course
from autograder.grading.history import Filed, History
from autograder.grading.store import Versions, key_of
from autograder.report.class_report import class_report
from autograder.report.graded import Graded
from autograder.report.statistics import concerns, exercise_statistics, mistake_statistics, point_biserial
from tests.class_of_toys import ASSIGNMENT, ToyClass, toy_report


@pytest.fixture(scope="module")
def released_toys(tmp_path_factory: pytest.TempPathFactory) -> ToyClass:
    return ToyClass(tmp_path_factory.mktemp("toys"))


@pytest.fixture
def toys(released_toys: ToyClass, tmp_path: Path) -> ToyClass:
    copied = ToyClass.__new__(ToyClass)
    copied.root = Path(shutil.copytree(released_toys.root, tmp_path / "course"))
    copied.url = f"sqlite:///{copied.root / 'gradebook.db'}"
    copied.released = released_toys.released
    return copied


def report_of(toys: ToyClass, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.chdir(toys.root)
    assert main(["report", ASSIGNMENT]) == 0
    return (toys.root / "reports" / f"{ASSIGNMENT}.html").read_text(encoding="utf-8")


def section(page: str, heading: str) -> str:
    return page.split(f"<h2>{heading}</h2>")[1].split("<h2>")[0]


class Checker(HTMLParser):
    """Counts elements, collects ids and whatever is fetched from elsewhere."""

    def __init__(self) -> None:
        super().__init__()
        self.count = 0
        self.ids: list[str] = []
        self.fetched: list[str] = []
        self.pictures: list[dict[str, str | None]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.count += 1
        given = dict(attrs)
        self.ids += [value for name, value in attrs if name == "id" and value]
        if tag in ("script", "link", "iframe") or (tag == "img" and not (given.get("src") or "").startswith("data:")):
            self.fetched.append(tag)
        if tag == "svg":
            self.pictures.append(given)


def checked(page: str) -> Checker:
    checker = Checker()
    checker.feed(page)
    return checker


# --- the numbers ----------------------------------------------------------------------------------------------------


def graded(student: str, halve: bool, dozen: bool, **more: Any) -> Graded:
    return Graded(student, {"toy": toy_report(student, halve, dozen, **more)}, {"toy": Path("toy.ipynb")})


@pytest.fixture
def challenges(toys: ToyClass) -> Any:
    return Course.open(toys.root).of_assignment(ASSIGNMENT)


def test_point_biserial_is_the_correlation_of_passing_with_the_other_points() -> None:
    passed, rest = [True, True, False, False, True, False], [9.0, 7.0, 3.0, 4.0, 8.0, 1.0]
    mean_passed, mean_failed = np.mean([9, 7, 8]), np.mean([3, 4, 1])
    by_the_formula = (mean_passed - mean_failed) / np.std(rest) * 0.5
    assert point_biserial(passed, rest) == pytest.approx(by_the_formula)


def test_point_biserial_of_too_few_or_all_alike_is_not_given() -> None:
    assert point_biserial([True, False], [1.0, 2.0]) is None
    assert point_biserial([True] * 9, list(range(9))) is None
    assert point_biserial([True, False] * 5, [2.0] * 10) is None


def test_exercise_does_not_correlate_with_its_own_points(challenges: Any) -> None:
    everybody = [graded(f"s{i}", halve=i % 2 == 0, dozen=i < 4) for i in range(8)]
    halve = exercise_statistics(everybody, challenges)[0]
    assert halve.pass_rate == 0.5 and halve.discrimination == pytest.approx(0.0)


def test_grader_error_counts_as_no_failure_of_the_exercise(challenges: Any) -> None:
    from dataclasses import replace

    from autograder.verdict import Verdict

    broken = graded("bob", True, True)
    report = broken.reports["toy"]
    fault = replace(report.exercises[0], verdict=Verdict.GRADER_ERROR, points=0.0)
    broken.reports["toy"] = replace(report, exercises=(fault, report.exercises[1]))
    found = exercise_statistics([graded("ada", True, True), broken], challenges)[0]
    assert found.mean_share == 1.0 and found.verdicts["grader error"] == 1


def test_commonest_mistake_comes_first_with_its_students() -> None:
    found = mistake_statistics([graded("ada", False, True), graded("bob", True, True), graded("eve", False, False)])
    assert [(m.exercise, m.name, m.students) for m in found] == [("halve", "doubled", ["ada", "eve"])]


def test_altered_cell_and_unusual_time_are_concerns_and_an_ordinary_student_is_none(challenges: Any) -> None:
    altered = ("the cell halve-check was altered; what it should hold counts",)
    everybody = [graded(f"s{i}", True, True, seconds=2 + i / 10) for i in range(9)]
    everybody += [graded("slow", True, True, seconds=90.0), graded("sly", True, True, notes=altered)]
    found = concerns(everybody, challenges)
    assert [(c.kind, list(c.students)) for c in found] == [("unusual time", ["slow"]), ("notebook", ["sly"])]


# --- the page -------------------------------------------------------------------------------------------------------


def test_report_shows_mistakes_concerns_and_answers_that_wait(toys: ToyClass, monkeypatch: pytest.MonkeyPatch) -> None:
    toys.hand_in("ada", halve=False, answer="Because.")
    toys.hand_in("bob", halve=False, notes=("the cell halve is there 2 times",))
    toys.hand_in("eve")
    page = report_of(toys, monkeypatch)
    assert "2 of 2 who did not pass" in section(page, "Recognised mistakes")
    assert "the cell halve is there 2 times" in section(page, "Please look") and ">bob<" in section(page, "Please look")
    assert "1 answers are still to be read" in section(page, "Written answers")
    assert (toys.root / "feedback/ada/lecture9/toy.html").is_file()
    assert 'href="../feedback/ada/lecture9/toy.html"' in page


def test_points_of_the_report_are_those_of_the_gradebook_less_the_late_penalty(
    toys: ToyClass, monkeypatch: pytest.MonkeyPatch
) -> None:
    due = "c.Autograder.due = {'lecture9': '2027-01-01 12:00 UTC'}\n"
    toys.configure(due + "c.Autograder.late = {'penalty_per_day': 0.25}\n")
    toys.hand_in("ada", answer="Because.")
    toys.give("ada", 2.0)
    page = report_of(toys, monkeypatch)
    assert ">3</a>" in section(page, "Students")  # 4 + 2 points, half of them lost
    late = section(page, "Handed in late")
    assert "ada" in late and "2 days begun" in late and "50% of the points" in late and ">3<" in late


def test_points_and_comments_that_people_gave_reach_the_feedback(
    toys: ToyClass, monkeypatch: pytest.MonkeyPatch
) -> None:
    toys.hand_in("ada", answer="Because.")
    report_of(toys, monkeypatch)
    page = toys.root / "feedback/ada/lecture9/toy.html"
    assert "Not read yet" in page.read_text()
    toys.give("ada", 1.5, "Say why.")
    report_of(toys, monkeypatch)
    assert "Say why." in page.read_text() and "<strong>5.5</strong> of 6 points" in page.read_text()


def test_report_names_students_whose_notebook_changed_since_it_was_graded(
    toys: ToyClass, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    toys.hand_in("ada")
    path = toys.root / "submitted/ada/lecture9/toy.ipynb"
    path.write_text(path.read_text() + "\n")
    assert "autograder grade" in section(report_of(toys, monkeypatch), "Please look")
    assert "1 students have notebooks that are not graded" in capsys.readouterr().out


def test_results_of_older_checks_are_shown_and_named(toys: ToyClass, monkeypatch: pytest.MonkeyPatch) -> None:
    toys.hand_in("ada", halve=False)
    course = Course.open(toys.root)
    content = (toys.root / "submitted/ada/lecture9/toy.ipynb").read_bytes()
    parts = Versions.of(course, ASSIGNMENT).parts(content, "toy", "ada")
    with History(toys.root, ASSIGNMENT) as history:
        history.add("ada", "toy", Filed(key_of(parts), parts, 1.0))
    checks = toys.root / "reference_solutions/lecture9/toy.py"
    checks.write_text(checks.read_text() + "changed = True\n")
    page = report_of(toys, monkeypatch)
    assert "graded by older checks" in section(page, "Please look") and "1 of 1" in section(page, "Recognised mistakes")


def test_report_on_an_assignment_that_was_not_released_says_what_to_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    from tests.toy import toy_course

    root = toy_course(tmp_path)
    (root / "submitted/ada/lecture9").mkdir(parents=True)
    monkeypatch.chdir(root)
    assert main(["report", ASSIGNMENT]) == 2
    assert "autograder release lecture9" in capsys.readouterr().err


@pytest.fixture(scope="module")
def large_page(released_toys: ToyClass) -> str:
    """The report on 500 students."""
    rng = np.random.default_rng(5)
    everybody = [
        graded(f"student{i:03}", bool(rng.random() < 0.7), bool(rng.random() < 0.5), seconds=float(rng.gamma(4)))
        for i in range(500)
    ]
    challenges = Course.open(released_toys.root).of_assignment(ASSIGNMENT)
    return class_report(ASSIGNMENT, everybody, challenges, datetime.datetime(2027, 2, 1))


def test_report_on_500_students_is_small(large_page: str) -> None:
    assert len(large_page) < 500_000 and checked(large_page).count < 10_000


def test_report_is_self_contained_and_its_ids_are_unique(large_page: str) -> None:
    page = checked(large_page)
    assert page.fetched == [] and len(page.ids) == len(set(page.ids))
    assert not re.search(r"url\((?!#)", large_page)


def test_every_plot_has_a_text_alternative_and_a_table(large_page: str) -> None:
    page = checked(large_page)
    assert page.pictures and all(p.get("role") == "img" and p.get("aria-label") for p in page.pictures)
    assert large_page.count("<summary>The numbers</summary>") == len(page.pictures)
