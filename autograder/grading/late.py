"""When an assignment is due, and what being late costs: ``c.Autograder.due``, ``late`` and ``extensions``."""

from __future__ import annotations

import datetime
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from dateutil import parser, tz

from autograder.config import ConfigurationError
from autograder.course import Course

_TERMS = {"grace_minutes": 0.0, "penalty_per_day": 0.0, "cap": 1.0}
_DAY = datetime.timedelta(days=1)


@dataclass(frozen=True)
class Lateness:
    """The share of the points that is lost, and the sentence for the student; both empty in time."""

    share: float = 0.0
    sentence: str = ""


@dataclass(frozen=True)
class Policy:
    """The late policy of one assignment. ``due`` is in UTC and naive, as nbgrader keeps times; None: never due."""

    due: datetime.datetime | None = None
    grace: datetime.timedelta = datetime.timedelta(0)
    penalty_per_day: float = 0.0
    cap: float = 1.0
    extensions: Mapping[str, datetime.timedelta] = field(default_factory=dict)

    @staticmethod
    def of(course: Course, assignment: str) -> Policy:
        """The policy that the configuration states; ConfigurationError where it cannot be understood."""
        options, known = course.options, course.challenges.assignments
        for option in ("due", "extensions"):
            for name in getattr(options, option):
                if name not in known:
                    said = f"c.Autograder.{option} names {name!r}; the assignments are {', '.join(sorted(known))}."
                    raise ConfigurationError(said)
        for name in options.late:
            if name not in _TERMS:
                raise ConfigurationError(f"c.Autograder.late has no {name!r}; it has {', '.join(_TERMS)}.")
        terms = {name: _number(f"late[{name!r}]", options.late.get(name, value)) for name, value in _TERMS.items()}
        days = options.extensions.get(assignment, {})
        where = f"extensions[{assignment!r}]"
        if not isinstance(days, Mapping):
            raise ConfigurationError(f"c.Autograder.{where} is not a dict of students and their days.")
        return Policy(
            _time(f"due[{assignment!r}]", options.due.get(assignment)),
            datetime.timedelta(minutes=terms["grace_minutes"]),
            terms["penalty_per_day"],
            terms["cap"],
            {student: _DAY * _number(f"{where}[{student!r}]", given) for student, given in days.items()},
        )

    def lateness(self, student: str, handed_in: datetime.datetime | None) -> Lateness:
        """What a submission loses that was handed in then (UTC, naive; None: not known, which counts as in time).

        ``penalty_per_day`` for each day begun since the student's due time, at most ``cap``; nothing within the grace.
        """
        if self.due is None or handed_in is None:
            return Lateness()
        after = handed_in - self.due - self.extensions.get(student, datetime.timedelta(0))
        if after <= self.grace:
            return Lateness()
        days = math.ceil(after / _DAY)
        share = min(days * self.penalty_per_day, self.cap)
        if share <= 0:
            return Lateness()
        begun = f"{days} day{'s' if days > 1 else ''} begun"
        return Lateness(share, f"Handed in late ({begun}): {share:.0%} of the points are taken off.")


def timestamp_of(folder: Path) -> datetime.datetime | None:
    """When a submission was handed in, from the timestamp.txt beside it that nbgrader uses (UTC, naive)."""
    try:
        return utc((folder / "timestamp.txt").read_text(encoding="utf-8").strip())
    except (OSError, UnicodeDecodeError):
        return None


def utc(text: str) -> datetime.datetime | None:
    """A time such as '2027-02-01 23:59:59 CET', in UTC and naive, where no zone is named as if it were UTC; None where
    the text is no time with a date.

    nbgrader's own function reads the same, but for an offset: there +0200 means 200 seconds.
    """
    first, second = datetime.datetime(2000, 1, 1), datetime.datetime(2004, 2, 2)
    found: datetime.datetime
    try:
        found, again = (parser.parse(text, default=default, tzinfos=_zone) for default in (first, second))
    except (ValueError, OverflowError):
        return None
    if found != again:  # what the text leaves out was taken from the default
        return None
    return found if found.tzinfo is None else found.astimezone(datetime.UTC).replace(tzinfo=None)


def _zone(name: str | None, offset: int | None) -> datetime.tzinfo | None:
    zone: datetime.tzinfo | None = tz.gettz(name) if offset is None else tz.tzoffset(name, offset)
    return zone


def _time(option: str, text: Any) -> datetime.datetime | None:
    if text is None:
        return None
    due = utc(text) if isinstance(text, str) else None
    if due is None:
        raise ConfigurationError(f"c.Autograder.{option} = {text!r} is not a time such as '2027-02-01 23:59 UTC'.")
    return due


def _number(option: str, value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < math.inf:
        raise ConfigurationError(f"c.Autograder.{option} = {value!r} is not a number of 0 or more.")
    return float(value)
