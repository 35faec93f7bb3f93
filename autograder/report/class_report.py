"""The class report: one self-contained HTML page an assignment, for those who teach it."""

from __future__ import annotations

import datetime
import statistics as numbers
from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path
from urllib.parse import quote

import numpy as np

from autograder.course import Course
from autograder.exercise import Challenge
from autograder.grading.store import write_whole
from autograder.report import plots, statistics
from autograder.report.graded import Graded
from autograder.report.page import data_table, page
from autograder.verdict import Verdict

MOST_MISTAKES = 20
MOST_CONCERNS = 100
MOST_NAMES = 12


def class_report(
    assignment: str, graded: Sequence[Graded], challenges: Mapping[str, Challenge], now: datetime.datetime
) -> str:
    """The page. Every plot has a sentence and a table that say the same."""
    max_score = sum(c.auto_points + sum(q.points for q in c.questions.values()) for c in challenges.values())
    exercises = statistics.exercise_statistics(graded, challenges)
    parts = [
        f"<h1>{escape(assignment)}: class report</h1>",
        f"<p>{now:%d %B %Y, %H:%M} UTC. Points as the gradebook has them, late penalties taken off.</p>",
        _summary(graded, challenges, max_score),
        _scores(graded, max_score),
        _concerns(statistics.concerns(graded, challenges), challenges, assignment),
        _exercises(exercises, challenges),
        _mistakes(statistics.mistake_statistics(graded), exercises, assignment),
        _verdicts(exercises),
        _times(statistics.times(graded, challenges), challenges),
        _waiting(statistics.waiting(graded, challenges), challenges),
        _late(graded),
        _students(graded, challenges, assignment, max_score),
    ]
    return page(f"{assignment}: class report", "\n".join(parts))


def write_report(course: Course, assignment: str, graded: Sequence[Graded]) -> Path:
    """Writes the class report; where it lies."""
    path = course.root / "reports" / f"{assignment}.html"
    now = datetime.datetime.now(datetime.UTC)
    write_whole(path, class_report(assignment, graded, course.of_assignment(assignment), now))
    return path


def _summary(graded: Sequence[Graded], challenges: Mapping[str, Challenge], max_score: float) -> str:
    scores = [each.grades.score for each in graded if each.grades]
    waiting = sum(bool(each.grades and not each.grades.complete) for each in graded)
    rows = [("Students who handed in something", str(len(graded)))]
    if scores:
        rows += [
            ("Mean", f"{numbers.fmean(scores):.1f} of {max_score:g}"),
            ("Median", f"{numbers.median(scores):.1f} of {max_score:g}"),
        ]
    rows.append(("Students with answers that wait for a person", str(waiting)))
    for name, count in statistics.not_handed_in(graded, challenges).items():
        if count:
            rows.append((f"Without {challenges[name].title}", str(count)))
    return data_table("In short", ("", ""), rows, header=False)


def _scores(graded: Sequence[Graded], max_score: float) -> str:
    scores = [each.grades.score for each in graded if each.grades]
    if not scores:
        return "<h2>Points</h2><p>Nobody has been graded yet.</p>"
    counts, edges = np.histogram(scores, bins=10, range=(0, max(max_score, *scores)))
    rows = [(f"{low:.0f} to {high:.0f}", str(n)) for low, high, n in zip(edges[:-1], edges[1:], counts, strict=True)]
    quartiles = np.quantile(scores, [0.25, 0.5, 0.75])
    said = f"Points of {len(scores)} students: half of them between {quartiles[0]:.1f} and {quartiles[2]:.1f}."
    picture = plots.histogram(counts.tolist(), edges.tolist(), "scores", said)
    return f"<h2>Points</h2>{_figure(picture, said, data_table('Students by points', ('Points', 'Students'), rows))}"


def _exercises(exercises: Sequence[statistics.ExerciseStatistics], challenges: Mapping[str, Challenge]) -> str:
    rows = [
        (
            f"{escape(challenges[each.challenge].title)} · <code>{escape(each.name)}</code>",
            str(each.count),
            f"{each.pass_rate:.0%}",
            f"{each.mean_share * each.max_points:.1f} of {each.max_points:g}",
            "–" if each.discrimination is None else f"{each.discrimination:.2f}",
        )
        for each in exercises
    ]
    note = (
        "<p>Discrimination is the point-biserial correlation of passing an exercise with the automatic points of all "
        "other exercises, over those who handed in its notebook. Below about 0.2, passing says little about the rest: "
        "look at what the exercise asks. A dash: too few students, or all alike.</p>"
    )
    head = ("Exercise", "Handed in", "Passed", "Mean points", "Discrimination")
    return f"<h2>Exercises</h2>{data_table('', head, rows, raw=True)}{note}"


def _mistakes(
    mistakes: Sequence[statistics.MistakeStatistics],
    exercises: Sequence[statistics.ExerciseStatistics],
    assignment: str,
) -> str:
    failed = {(e.challenge, e.name): e.count - e.verdicts[Verdict.CORRECT] for e in exercises}
    rows = [
        (
            f"<code>{escape(each.exercise)}</code>",
            f"{escape(each.hint)} <small>({escape(each.name)})</small>",
            f"{len(each.students)} of {failed.get((each.challenge, each.exercise), 0)} who did not pass",
            ", ".join(
                _link(student, assignment, each.challenge) for student in each.students[: statistics.EXAMPLES]
            ),
        )
        for each in mistakes[:MOST_MISTAKES]
    ]
    if not rows:
        return "<h2>Recognised mistakes</h2><p>None.</p>"
    more = len(mistakes) - len(rows)
    rest = f"<p>{more} rarer mistakes are not shown.</p>" if more > 0 else ""
    head = ("Exercise", "Hint that the student reads", "Students", "For example")
    return f"<h2>Recognised mistakes</h2>{data_table('', head, rows, raw=True)}{rest}"


def _verdicts(exercises: Sequence[statistics.ExerciseStatistics]) -> str:
    seen = [e for e in exercises if e.count]
    kinds = [str(v) for v in Verdict if any(e.verdicts[str(v)] for e in seen)]
    if not seen:
        return ""
    parts = {kind: [e.verdicts[kind] / e.count for e in seen] for kind in kinds}
    rows = [(e.name, *(str(e.verdicts[kind]) for kind in kinds)) for e in seen]
    total = sum(e.count for e in seen)
    most = ", ".join(f"{sum(e.verdicts[kind] for e in seen) / total:.0%} {kind}" for kind in kinds)
    said = f"Verdicts of {len(seen)} exercises, all students together: {most}."
    picture = plots.shares([e.name for e in seen], parts, "verdicts", said)
    table = data_table("Verdicts by exercise", ("Exercise", *kinds), rows)
    return f"<h2>Verdicts</h2>{_figure(picture, said, table)}"


def _times(times: Sequence[statistics.Times], challenges: Mapping[str, Challenge]) -> str:
    if not times:
        return ""
    titles = [challenges[t.challenge].title for t in times]
    rows = [
        (title, f"{t.median:.1f}", f"{t.slowest_tenth:.1f}", f"{max(t.seconds):.1f}")
        for title, t in zip(titles, times, strict=True)
    ]
    slowest = max(times, key=lambda t: t.median)
    longest = f"{challenges[slowest.challenge].title} takes longest, {slowest.median:.1f} s as a median"
    said = f"Seconds that a notebook took to run and judge; {longest}. Box: the middle half; line: 5 % to 95 %."
    picture = plots.boxes(titles, [t.seconds for t in times], "times", said)
    head = ("Challenge", "Median (s)", "90 % are faster than (s)", "Slowest (s)")
    return f"<h2>Time</h2>{_figure(picture, said, data_table('Seconds a notebook took', head, rows))}"


def _concerns(
    concerns: Sequence[statistics.Concern], challenges: Mapping[str, Challenge], assignment: str
) -> str:
    rows = [
        (
            escape(c.kind),
            escape(c.what),
            escape(challenges[c.challenge].title) if c.challenge else "",
            ", ".join(
                _link(student, assignment, c.challenge) + (f" ({escape(special)})" if special else "")
                for student, special in list(c.students.items())[:MOST_NAMES]
            )
            + (f" and {len(c.students) - MOST_NAMES} more" if len(c.students) > MOST_NAMES else ""),
        )
        for c in concerns[:MOST_CONCERNS]
    ]
    if not rows:
        return "<h2>Please look</h2><p>Nothing: no grader errors, no altered cells, no unusual times.</p>"
    more = len(concerns) - len(rows)
    rest = f"<p>And {more} more.</p>" if more > 0 else ""
    head = ("Why", "What", "Challenge", "Students")
    return f"<h2>Please look</h2>{data_table('', head, rows, raw=True)}{rest}"


def _waiting(questions: Sequence[statistics.Waiting], challenges: Mapping[str, Challenge]) -> str:
    if not questions:
        return ""
    rows = [
        (
            f"{challenges[q.challenge].title} · {q.question}",
            str(q.waiting),
            str(q.read),
            str(q.blank),
            "–" if q.mean is None else f"{q.mean:.1f} of {q.max_points:g}",
        )
        for q in questions
    ]
    left = sum(q.waiting for q in questions)
    said = f"{left} answers are still to be read: run <code>autograder formgrader</code>." if left else "All are read."
    head = ("Question", "Waiting", "Read", "Blank", "Mean points")
    return f"<h2>Written answers</h2><p>{said}</p>{data_table('', head, rows)}"


def _late(graded: Sequence[Graded]) -> str:
    """Who lost points by being late, and how many; nothing where nobody did."""
    late = [(each, sum(n.penalty for n in each.grades.notebooks.values())) for each in graded if each.grades]
    rows = [(each.student, each.lateness.sentence, f"{lost:.4g}") for each, lost in late if each.lateness.share > 0]
    if not rows:
        return ""
    return f"<h2>Handed in late</h2>{data_table('', ('Student', 'What the policy takes', 'Points lost'), rows)}"


def _students(graded: Sequence[Graded], challenges: Mapping[str, Challenge], assignment: str, max_score: float) -> str:
    rows = []
    for each in graded:
        notebooks = each.grades.notebooks if each.grades else {}
        cells = [
            _link(f"{notebooks[name].score:.4g}", assignment, name, each.student)
            if name in notebooks and name in each.reports
            else "–"
            for name in challenges
        ]
        total = f"{each.grades.score:.4g}" if each.grades else "–"
        open_ = "" if each.grades and each.grades.complete else "not final"
        rows.append((escape(each.student), *cells, total, open_))
    head = ("Student", *(c.title for c in challenges.values()), f"Of {max_score:g}", "")
    table = data_table("", head, rows, raw=True)
    return f"<h2>Students</h2><details><summary>Points of all {len(rows)} students</summary>{table}</details>"


def _figure(picture: str, caption: str, table: str) -> str:
    return (
        f'<figure><div class="wide">{picture}</div><figcaption>{escape(caption)}</figcaption></figure>'
        f"<details><summary>The numbers</summary>{table}</details>"
    )


def _link(text: str, assignment: str, challenge: str, student: str = "") -> str:
    """A link to a feedback page, relative to reports/."""
    if not challenge:
        return escape(text)
    return f'<a href="../feedback/{quote(student or text)}/{assignment}/{challenge}.html">{escape(text)}</a>'
