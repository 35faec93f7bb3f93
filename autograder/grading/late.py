"""When a submission was due, and what being late costs."""

from __future__ import annotations

import datetime
import math
from dataclasses import dataclass

from nbgrader.utils import parse_utc

from autograder.config import Autograder, ConfigurationError

_POLICY = {"grace_minutes": 0.0, "penalty_per_day": 0.0, "cap": 1.0}


@dataclass(frozen=True)
class Lateness:
    """The share of the points that is lost, and the sentence for the student; both empty in time."""

    share: float = 0.0
    sentence: str = ""


def due_of(options: Autograder, assignment: str) -> datetime.datetime | None:
    """When ``assignment`` is due (UTC, naive); None where the configuration does not say."""
    text = options.due.get(assignment)
    if text is None:
        return None
    try:
        due = parse_utc(text)
    except (ValueError, OverflowError):
        due = None
    if not isinstance(due, datetime.datetime):
        said = f"c.Autograder.due[{assignment!r}] = {text!r} is not a time such as '2027-02-01 23:59 UTC'."
        raise ConfigurationError(said)
    return due


def lateness(
    options: Autograder, assignment: str, student: str, handed_in: datetime.datetime | None
) -> Lateness:
    """What the late policy takes from a submission: ``penalty_per_day`` for each day begun after due time, extension
    and grace, at most ``cap``."""
    due = due_of(options, assignment)
    if due is None or handed_in is None:
        return Lateness()
    policy = {**_POLICY, **options.late}
    unknown = sorted(set(policy) - set(_POLICY))
    if unknown:
        raise ConfigurationError(f"c.Autograder.late has no {unknown[0]!r}; it has {', '.join(_POLICY)}.")
    extension = datetime.timedelta(days=float(options.extensions.get(assignment, {}).get(student, 0)))
    after = handed_in - due - extension
    if after <= datetime.timedelta(minutes=policy["grace_minutes"]):
        return Lateness()
    days = math.ceil(after / datetime.timedelta(days=1))
    share = min(days * policy["penalty_per_day"], policy["cap"])
    if share <= 0:
        return Lateness()
    plural = "s" if days > 1 else ""
    return Lateness(share, f"Handed in late ({days} day{plural} begun): {share:.0%} of the points are taken off.")
