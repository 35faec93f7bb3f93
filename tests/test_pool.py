"""Claims on the local engine: what is lost under way is graded again, and nobody else pays for it."""

from __future__ import annotations

import json
import os
import signal
from dataclasses import replace
from pathlib import Path

import pytest

from autograder import messages
from autograder.course import Course
from autograder.grading import pool
from autograder.grading.files import grade_files
from autograder.grading.report import Report
from autograder.grading.submission import Grader
from autograder.verdict import Verdict
from tests.test_grading import RIGHT, Class


def test_submission_short_of_gpu_memory_is_graded_again_alone_and_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    classroom = Class(tmp_path)
    paths = [classroom.submit(student, RIGHT) for student in ("ada", "bob", "eve")]
    log = tmp_path / "graded"
    whole = Grader.grade_file

    def short_of_memory(self: Grader, path: Path, student: str = "") -> Report:
        with log.open("a") as stream:
            stream.write(json.dumps(student) + "\n")
        report = whole(self, path, student)
        if student != "bob":
            return report
        first = report.exercises[0]
        starved = replace(first.cases[0], verdict=Verdict.OUT_OF_MEMORY, message=messages.OUT_OF_GPU_MEMORY)
        exercise = replace(first, cases=(starved, *first.cases[1:]))
        return replace(report, exercises=(exercise, *report.exercises[1:]))

    monkeypatch.setattr(Grader, "grade_file", short_of_memory)
    jobs = [pool.Job(path.parts[-3], "toy", path, path.parts[-3]) for path in paths]
    with pool.Pool(Course.open(classroom.root), 2, None) as engine:
        graded = [job.student for job, _ in engine.grade(jobs)]
    assert sorted(graded) == ["ada", "bob", "eve"]
    tries = [json.loads(line) for line in log.read_text().splitlines()]
    assert tries.count("bob") == 2 and tries[-1] == "bob" and tries.count("ada") == tries.count("eve") == 1


def test_grader_process_forked_beside_a_pool_of_torch_threads_still_computes_references(
    course: Course, released: dict[str, dict[str, object]], tmp_path: Path
) -> None:
    torch = pytest.importorskip("torch")
    threads = torch.get_num_threads()
    torch.set_num_threads(2)
    try:
        torch.nn.functional.conv2d(torch.ones(64, 3, 64, 64), torch.ones(16, 3, 3, 3))  # makes the pool
        path = tmp_path / "challenge7_cnn_capacity.ipynb"
        path.write_text(json.dumps(released["challenge7_cnn_capacity"]))
        with pool.Pool(course, 1, None) as engine:
            ((_, report),) = engine.grade([pool.Job("ada", "challenge7_cnn_capacity", path, "key")])
    finally:
        torch.set_num_threads(threads)
    assert report.score == 0 and report.faults == []


def test_notebooks_are_reported_in_their_order_also_when_the_fork_server_is_lost_in_between(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    classroom = Class(tmp_path)
    paths = [classroom.submit(student, RIGHT) for student in ("ada", "bob", "eve", "zed")]
    paths.insert(2, tmp_path / "nowhere.ipynb")
    whole, killed = Grader.grade_file, tmp_path / "killed"

    def lose_the_server(self: Grader, path: Path, student: str = "") -> Report:
        if path.parts[-3] == "bob" and not killed.exists():
            killed.touch()
            os.kill(self._launcher.server.pid, signal.SIGKILL)
        return whole(self, path, student)

    monkeypatch.setattr(Grader, "grade_file", lose_the_server)
    reports = grade_files(Course.open(classroom.root), [*paths, paths[0]])
    assert killed.exists()
    assert [report.file for report in reports] == [str(path) for path in (*paths, paths[0])]
    assert [report.score for report in reports] == [4.0, 4.0, 0.0, 4.0, 4.0, 4.0] and reports[2].error
    assert not [fault for report in reports for fault in report.faults]
