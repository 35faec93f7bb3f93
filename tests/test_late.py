"""Claims about being late: when a submission is, what it costs, and what is said of a policy that makes no sense."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

import pytest
from nbgrader.utils import parse_utc

from autograder.config import ConfigurationError
from autograder.course import Course
from autograder.grading.late import Policy, utc
from tests.test_grading import RIGHT, Class, classroom, released_class
from tests.toy import toy_course

__all__ = ["classroom", "released_class"]  # fixtures
DUE = datetime.datetime(2027, 1, 1, 12, 0)
POLICY = {
    "due": {"lecture9": "2027-01-01 12:00 UTC"},
    "late": {"grace_minutes": 15, "penalty_per_day": 0.2, "cap": 0.5},
    "extensions": {"lecture9": {"bob": 1.5}},
}


@pytest.fixture(scope="module")
def toys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return toy_course(tmp_path_factory.mktemp("late"))


def policy(toys: Path, **options: Any) -> Policy:
    course = Course.open(toys)
    for name, value in (POLICY | options).items():
        setattr(course.options, name, value)
    return Policy.of(course, "lecture9")


@pytest.mark.parametrize(
    ("student", "after", "share"),
    [
        ("ada", {"days": -3}, 0.0),
        ("ada", {"minutes": 0}, 0.0),
        ("ada", {"minutes": 15}, 0.0),  # the grace
        ("ada", {"minutes": 15, "seconds": 1}, 0.2),  # the first day has begun at the due time, not after the grace
        ("ada", {"hours": 24}, 0.2),
        ("ada", {"hours": 24, "seconds": 1}, 0.4),
        ("ada", {"days": 2, "seconds": 1}, 0.5),  # the cap
        ("ada", {"days": 300}, 0.5),
        ("bob", {"days": 1, "hours": 12, "minutes": 15}, 0.0),  # his extension, and the grace after it
        ("bob", {"days": 1, "hours": 12, "minutes": 16}, 0.2),
    ],
)
def test_penalty_is_for_each_day_begun_after_due_time_and_extension(
    toys: Path, student: str, after: dict[str, float], share: float
) -> None:
    found = policy(toys).lateness(student, DUE + datetime.timedelta(**after))
    assert found.share == pytest.approx(share)
    assert bool(found.sentence) == (share > 0)


def test_nothing_is_lost_where_nothing_is_due_or_the_time_is_not_known(toys: Path) -> None:
    assert policy(toys, due={}).lateness("ada", DUE + datetime.timedelta(days=9)).share == 0
    assert policy(toys).lateness("ada", None).share == 0


@pytest.mark.parametrize("text", ["2027-01-01 12:00 +0200", "2027-01-01T12:00:00+02:00", "2027-01-01 11:00 CET"])
def test_time_zones_count(toys: Path, text: str) -> None:
    assert policy(toys, due={"lecture9": text}).due == DUE - datetime.timedelta(hours=2)


@pytest.mark.parametrize(
    "text", ["2027-01-01 12:00:00.123456 UTC", "2027-07-01 12:00:00 CET", "2027-01-01 12:00", "2027-01-01 12:00:00 EST"]
)
def test_times_that_nbgrader_writes_are_read_as_nbgrader_reads_them(text: str) -> None:
    assert utc(text) == parse_utc(text)


@pytest.mark.parametrize("text", ["", "17", "12:00", "Monday", "yesterday", "2027", "99999-99-99 99:99"])
def test_time_without_a_whole_date_is_none(text: str) -> None:
    assert utc(text) is None


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"due": {"lecture9": "soon"}}, "'soon' is not a time such as '2027-02-01 23:59 UTC'"),
        ({"due": {"lecture9": 17}}, "17 is not a time"),
        ({"due": {"lecture1": "2027-01-01"}}, "due names 'lecture1'; the assignments are lecture9"),
        ({"extensions": {"lecture": {}}}, "extensions names 'lecture'"),
        ({"extensions": {"lecture9": {"ada": "3 days"}}}, r"\['lecture9'\]\['ada'\] = '3 days' is not a number"),
        ({"extensions": {"lecture9": ["ada"]}}, "is not a dict of students and their days"),
        ({"late": {"penalty": 0.1}}, "late has no 'penalty'; it has grace_minutes, penalty_per_day, cap"),
        ({"late": {"penalty_per_day": -0.1}}, "-0.1 is not a number of 0 or more"),
    ],
)
def test_policy_that_makes_no_sense_is_named(toys: Path, options: dict[str, Any], said: str) -> None:
    with pytest.raises(ConfigurationError, match=said):
        policy(toys, **options)


def test_timestamp_without_a_time_is_noted(classroom: Class) -> None:
    path = classroom.submit("ada", RIGHT)
    (path.parent / "timestamp.txt").write_text("yesterday, I think")
    assert "ada: its timestamp.txt holds no time, so it counts as handed in in time" in classroom.grade().notes
