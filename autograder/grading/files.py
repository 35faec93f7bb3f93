"""Grading notebooks wherever they lie, for ``autograder grade-notebook``: nothing is filed, nothing is kept."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from autograder.course import Course
from autograder.grading.pool import Job, Pool
from autograder.grading.report import Report
from autograder.notebooks.read import UnreadableNotebook, read_notebook


def grade_files(course: Course, files: Sequence[Path], student: str = "", mode: str | None = None) -> list[Report]:
    """The reports on ``files`` in their order, one with an ``error`` for each that cannot be judged.

    Raises NoConfinement or SandboxError where nothing can be graded.
    """
    reports: dict[int, Report] = {}
    with Pool.fitting(course, files, mode) as pool:
        jobs = []
        for place, path in enumerate(files):
            try:
                challenge = read_notebook(path, course.challenges).challenge.name
                jobs.append(Job(student, challenge, path, str(place)))
            except UnreadableNotebook as unreadable:
                reports[place] = Report(str(path), error=str(unreadable))
        if jobs:
            reports |= {int(job.key): report for job, report in pool.grade(jobs)}
    return [reports[place] for place in range(len(files))]
