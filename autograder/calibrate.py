"""`autograder calibrate`: proves the bounds on the example submissions, and writes the table of what it measured.

For every exercise the right example submissions are judged under several secrets, the wrong ones under one. A bound is
good where the largest error of a right answer is at most a tenth of it, and each wrong answer exceeds it tenfold on
some hidden case (or fails by its kind, shape or a crash). Where that is not so, the exercise's ``margin`` says why.

Thresholds of accuracy are statistics of training runs. From n accuracies of right solutions with mean m and standard
deviation s, the one-sided normal tolerance bound m − k·s lies, with 95 % confidence, below all but one in a thousand
runs; k comes from the non-central t distribution: k = t⁻¹(0.95; n−1, z·√n) / √n, z = Φ⁻¹(0.999). A threshold below it,
and below every run seen, is passed by a right solution with probability at least 0.999.
"""

from __future__ import annotations

import json
import math
import multiprocessing
import platform
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from scipy import stats

from autograder.course import Course
from autograder.exercise import Case, Exercise
from autograder.grading.submission import Grader
from autograder.notebooks.fill import fill, parse_cells
from autograder.notebooks.read import parse
from autograder.sandbox.fork_server import ForkServer
from autograder.tolerance import Accuracy, Compare, Each
from autograder.verdict import ExerciseResult, Verdict

COVERAGE, CONFIDENCE = 0.999, 0.95
MARGIN = 10.0


@dataclass
class Measured:
    """What was seen of one exercise: errors as shares of their bound, and accuracies where they are judged."""

    right: list[float] = field(default_factory=list)
    wrong: dict[str, float] = field(default_factory=dict)
    accuracies: list[float] = field(default_factory=list)
    wrong_accuracies: dict[str, float] = field(default_factory=dict)
    threshold: float = 0.0
    failures: list[str] = field(default_factory=list)


Task = tuple[str, int, Path]  # challenge, seed, example submission


def calibrate(
    course: Course, challenges: Iterable[str], *, seeds: int, workers: int, mode: str | None
) -> dict[str, dict[str, Measured]]:
    """Judges the example submissions of ``challenges``, the right ones under ``seeds`` secrets."""
    found: dict[str, dict[str, Measured]] = {name: {} for name in challenges}
    tasks = [task for name in found for task in _tasks(course, name, seeds)]
    where = (course.root, mode, course.device, course.full_data)
    with multiprocessing.get_context("fork").Pool(workers) as pool:
        parts = pool.starmap(_measure, [(*where, tasks[i::workers]) for i in range(workers)])
    for name, exercise, part in (item for each in parts for item in each):
        whole = found[name].setdefault(exercise, Measured())
        whole.right += part.right
        whole.accuracies += part.accuracies
        whole.failures += part.failures
        whole.threshold = max(whole.threshold, part.threshold)
        whole.wrong |= part.wrong
        whole.wrong_accuracies |= part.wrong_accuracies
    return {
        name: {each: found[name][each] for each in course.challenges[name].exercises if each in found[name]}
        for name in found
    }


def _tasks(course: Course, name: str, seeds: int) -> list[Task]:
    folder = course.root / "tests" / "submissions" / name
    right = [(name, seed, path) for seed in range(seeds) for path in sorted((folder / "right").glob("*.py"))]
    return [*right, *((name, 0, path) for path in sorted((folder / "wrong").glob("*.py")))]


def _measure(
    root: Path, mode: str | None, device: str, data: Path | None, tasks: list[Task]
) -> list[tuple[str, str, Measured]]:
    course = Course.open(root)
    course.options.device = device
    found = []
    with ForkServer.of_course(course, mode) as server:
        for name, seed, path in tasks:
            secret = f"calibration {seed}".encode()
            limits = course.options.limits()
            grader = Grader(course.challenges, server.launchers[0], limits=limits, secret=secret, data=data)
            found += _measure_file(course, grader, name, path)
    return found


def _measure_file(course: Course, grader: Grader, name: str, path: Path) -> list[tuple[str, str, Measured]]:
    challenge, kind = course.challenges[name], path.parent.name
    released = json.loads((course.root / "release" / challenge.assignment / f"{name}.ipynb").read_text("utf-8"))
    cells = parse_cells(path.read_text(encoding="utf-8"))[1]
    notebook = parse(json.dumps(fill(released, cells)).encode(), path.name, course.challenges)
    judged = [
        result
        for result in grader.grade(notebook, str(path)).exercises
        if result.name in cells and (kind == "right" or path.stem.split("-")[0] == result.name)
    ]
    return [(name, each.name, _of_result(challenge.exercises[each.name], each, kind, path.stem)) for each in judged]


def _of_result(exercise: Exercise, result: ExerciseResult, kind: str, label: str) -> Measured:
    measured = Measured()
    by_name = {case.name: case for case in exercise.cases}
    hidden = [case for case in result.cases if not case.public and case.name in by_name]
    counted = [c for c in hidden if c.error is not None and _threshold(exercise, by_name[c.name]) is not None]
    if kind == "right":
        measured.failures = [f"{label}, {c.name}: {c.message}" for c in hidden if c.verdict is not Verdict.CORRECT]
        measured.accuracies = [1 - (case.error or 0.0) for case in counted]
        measured.threshold = max((1 - (case.bound or 0.0) for case in counted), default=0.0)
        shares = [_share(case.error, case.bound) for case in hidden if case not in counted]
        measured.right = [share for share in shares if share is not None]
        return measured
    failed = [case for case in hidden if case.verdict is not Verdict.CORRECT]
    if not failed:
        measured.failures = [f"{label} loses nothing"]
    missed = [1 - (case.error or 0.0) for case in counted if case in failed]
    if missed:
        measured.wrong_accuracies = {label: max(missed)}
    shares = [_share(c.error, c.bound) for c in failed if c not in counted]
    if shares:
        measured.wrong = {label: max(math.inf if share is None else share for share in shares)}
    return measured


def _threshold(exercise: Exercise, case: Case) -> float | None:
    """The accuracy that a case asks for, if that is how it judges."""
    return _accuracy_of(case.compare or exercise.tolerance)


def _accuracy_of(compare: Compare) -> float | None:
    if isinstance(compare, Accuracy):
        return compare.at_least
    if isinstance(compare, Each):
        return next((found for part in compare.parts.values() if (found := _accuracy_of(part)) is not None), None)
    return None


def _share(error: float | None, bound: float | None) -> float | None:
    """An error in units of its bound; None where there is no such number (a wrong shape, a crash), 0 where exact."""
    if error is None or bound is None:
        return None
    return error / bound if bound > 0 else (0.0 if error == 0 else math.inf)


def lower_bound(accuracies: list[float]) -> float:
    """Below all but one in a thousand runs of a right solution, with 95 % confidence (normal tolerance bound)."""
    n = len(accuracies)
    if n < 2:
        return -math.inf
    k = stats.nct.ppf(CONFIDENCE, n - 1, stats.norm.ppf(COVERAGE) * math.sqrt(n)) / math.sqrt(n)
    return float(np.mean(accuracies) - k * np.std(accuracies, ddof=1))


def verdict_on(exercise: Exercise, measured: Measured) -> str:
    """Whether the margins hold, or why not."""
    if measured.failures:
        return "**fails**: " + "; ".join(measured.failures[:3])
    right, wrong = max(measured.right, default=0.0), min(measured.wrong.values(), default=math.inf)
    if right <= 1 / MARGIN and wrong >= MARGIN:
        return "holds"
    return exercise.margin or "**no reason given**"


def table(course: Course, found: dict[str, dict[str, Measured]], *, seeds: int, device: str) -> str:
    """The committed page, in Markdown."""
    made = datetime.now(UTC).date().isoformat()
    lines = [
        "# Calibration",
        "",
        f"Made by `autograder calibrate --seeds {seeds}` on {made}, device {device} ({_machine(device)}). "
        "Written by that command; do not edit.",
        "",
        "Right answers: the largest error over all right example submissions, hidden cases and seeds, as a share of "
        "its bound. Wrong answers: each is measured on the hidden case where it errs most; the smallest of these, as a "
        "multiple of the bound (∞: fails by shape, kind, crash or an exact comparison). Both should be a factor of "
        "10 or more from the bound.",
        "",
        "| challenge | exercise | right: largest error / bound | wrong: smallest error / bound | margin |",
        "|---|---|---|---|---|",
    ]
    for name, exercises in found.items():
        for exercise_name, measured in exercises.items():
            exercise = course.challenges[name].exercises[exercise_name]
            right = f"{max(measured.right):.2g}" if measured.right else "–"
            nearest = min(measured.wrong, key=lambda label: measured.wrong[label], default=None)
            wrong = "–" if nearest is None else f"{_number(measured.wrong[nearest])} ({nearest})"
            lines.append(f"| {name} | `{exercise_name}` | {right} | {wrong} | {verdict_on(exercise, measured)} |")
    lines += ["", "## Thresholds of accuracy", "", (__doc__ or "").split("\n\n")[2].replace("\n", " ").strip(), ""]
    lines += [
        "| exercise | runs | mean | s.d. | least | 99.9 % bound | threshold | best wrong one |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for exercises in found.values():
        for exercise_name, measured in exercises.items():
            if measured.accuracies:
                lines.append(_accuracy_row(exercise_name, measured))
    return "\n".join(lines) + "\n"


def _accuracy_row(name: str, measured: Measured) -> str:
    runs = np.array(measured.accuracies)
    best = max(measured.wrong_accuracies.values(), default=float("nan"))
    spread = f"{np.std(runs, ddof=1):.4f}" if len(runs) > 1 else "–"
    return (
        f"| `{name}` | {len(runs)} | {runs.mean():.4f} | {spread} | {runs.min():.4f} "
        f"| {lower_bound(measured.accuracies):.4f} | {measured.threshold:.3f} | {best:.3f} |"
    )


def _number(share: float) -> str:
    return "∞" if math.isinf(share) else f"{share:.3g}"


def _machine(device: str) -> str:
    if device == "cuda":
        import torch

        return f"{torch.cuda.get_device_name()}, PyTorch {torch.__version__}"
    return f"{platform.machine()}, Python {platform.python_version()}, NumPy {np.__version__}"


def run(course: Course, names: list[str], *, seeds: int, workers: int, mode: str | None, out: Path | None) -> int:
    """The command: measures, writes or prints; 1 where a right submission fails or a wrong one loses nothing."""
    found = calibrate(course, names or list(course.challenges), seeds=seeds, workers=workers, mode=mode)
    text = table(course, found, seeds=seeds, device=course.device)
    if out is None:
        print(text)
    else:
        out.write_text(text, encoding="utf-8")
    return 1 if any(each.failures for exercises in found.values() for each in exercises.values()) else 0
