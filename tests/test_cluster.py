"""Claims about grading on Dask: a real scheduler, two worker processes, one of them killed in the middle."""

from __future__ import annotations

import inspect
import io
import os
import re
import signal
import subprocess
import sys
import tarfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from traitlets.config import Config

from autograder.course import Course
from autograder.grading.batch import grade_assignment
from autograder.grading.pool import Job
from autograder.grading.report import Report
from tests.processes import alive, family, still_alive
from tests.test_grading import RIGHT, WRONG, Class, classroom, released_class

distributed = pytest.importorskip("distributed", reason="the extra `cluster` is not installed")
dask = pytest.importorskip("dask")
from autograder.grading import cluster  # noqa: E402

__all__ = ["classroom", "released_class"]  # fixtures
STUDENTS = 12


@pytest.fixture
def scheduler(tmp_path: Path) -> Iterator[tuple[str, list[int]]]:
    """The address of a scheduler with two workers, and the workers' process ids."""
    file = tmp_path / "scheduler.json"
    common = {"cwd": tmp_path, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    start = [sys.executable, "-m", "distributed.cli.dask_scheduler", "--scheduler-file", str(file), "--no-dashboard"]
    running = [subprocess.Popen([*start, "--port", "0"], **common)]  # type: ignore[call-overload]
    worker = [sys.executable, "-m", "distributed.cli.dask_worker", "--scheduler-file", str(file), "--nthreads", "1"]
    worker += ["--no-nanny", "--no-dashboard", "--resources", "GPU=1"]
    running += [subprocess.Popen(worker, **common) for _ in range(2)]  # type: ignore[call-overload]
    try:
        while not file.exists():
            time.sleep(0.05)
        with distributed.Client(scheduler_file=str(file), set_as_default=False) as client:
            client.wait_for_workers(2, timeout=60)
            address = client.scheduler.address
        yield address, [process.pid for process in running[1:]]
    finally:
        for process in reversed(running):
            process.kill()
            process.wait()


def class_of(classroom: Class) -> Class:
    for number in range(STUDENTS):
        cells = (RIGHT, WRONG)[number % 2] | {"setup": f"import time  # {number}\ntime.sleep(0.3)"}
        classroom.submit(f"student{number:02}", cells)
    return classroom


def test_lost_workers_submissions_are_graded_again_and_counted_once(
    classroom: Class, scheduler: tuple[str, list[int]]
) -> None:
    address, workers = scheduler
    course = Course.open(class_of(classroom).root)
    doomed = [workers[0], *family(workers[0])]

    def kill_one(done: int, total: int) -> None:
        if done == 4 and alive(workers[0]):
            doomed.extend(family(workers[0]))
            os.kill(workers[0], signal.SIGKILL)

    summary = grade_assignment(
        course, "lecture9", progress=kill_one, engine=cluster.engine_of(course, address, None)
    )
    assert not alive(workers[0]) and alive(workers[1])
    assert summary.graded == len(summary.students) == STUDENTS and summary.faults == []
    assert len((course.root / ".autograder/history/lecture9.jsonl").read_text().splitlines()) == STUDENTS
    on_cluster = classroom.gradebook()
    assert not still_alive(doomed)
    for name in (".autograder/results", ".autograder/history"):
        (course.root / name).rename(course.root / f"{name}-cluster")
    grade_assignment(course, "lecture9", workers=2)
    assert classroom.gradebook() == on_cluster


def test_notebook_that_ends_its_worker_costs_those_that_travel_with_it_nothing(
    classroom: Class, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(16):
        classroom.submit(f"student{number:02}", RIGHT | {"setup": f"# {number}"})
    sizes: list[int] = []
    real, submit = cluster.grade_here, cluster.Dask._submit

    def grade(plugin: str, task: list[tuple[dict[str, str], bytes]]) -> str:
        if any(message["student"] == "student12" for message, _ in task):
            raise MemoryError("the worker is gone")
        return real(plugin, task)

    def counted(self: cluster.Dask, together: list[Job]) -> Any:
        sizes.append(len(together))
        return submit(self, together)

    monkeypatch.setattr(cluster, "grade_here", grade)
    monkeypatch.setattr(cluster.Dask, "_submit", counted)
    course = Course.open(classroom.root)
    with distributed.LocalCluster(1, threads_per_worker=1, processes=False, dashboard_address=None) as here:
        summary = grade_assignment(course, "lecture9", engine=cluster.engine_of(course, here.scheduler_address, None))
    assert max(sizes) > 1 and sizes.count(1) > 1
    assert summary.faults and {fault.split(",")[0] for fault in summary.faults} == {"student12"}
    assert "the worker is gone" in summary.faults[0]
    others = {student: score for student, score in summary.students.items() if student != "student12"}
    assert set(others.values()) == {4.0} and len(others) == 15


def test_gpu_challenge_asks_for_a_share_of_a_gpu_and_others_for_none(course: Course, tmp_path: Path) -> None:
    asked: list[dict[str, float]] = []

    class Recording:
        def submit(self, *arguments: object, resources: dict[str, float], **more: object) -> None:
            asked.append(resources)

    course = Course(course.root, course.challenges, course.options)
    course.options.device, before = "cuda", course.options.device
    try:
        engine = cluster.Dask(course, lambda: None, None)
        engine._client, engine._plugin = Recording(), cluster.HoldsGraders(b"", None, "")
        path = tmp_path / "x.ipynb"
        path.write_text("{}")
        for challenge in ("challenge1_tensor_contraction", "challenge7_cnn_capacity"):
            engine._submit([Job("ada", challenge, path, "key")])
    finally:
        course.options.device = before
    assert asked == [{}, {"GPU": course.options.gpu_share}]


def test_scheduler_that_is_not_there_is_said_in_a_sentence(classroom: Class) -> None:
    classroom.submit("ada", RIGHT)
    course = Course.open(classroom.root)
    with dask.config.set({"distributed.comm.timeouts.connect": "1s"}):
        with pytest.raises(cluster.ClusterError, match="The cluster cannot be used"):
            grade_assignment(course, "lecture9", engine=cluster.engine_of(course, "tcp://127.0.0.1:9", None))


def recipe(kind: str) -> dict[str, object]:
    """The options of a cluster as docs/cluster.md shows them."""
    text = (Path(__file__).resolve().parent.parent / "docs/cluster.md").read_text(encoding="utf-8")
    blocks = re.findall(r"^```python\n(.*?)^```", text, re.S | re.M)
    configuration = Config()
    exec([block for block in blocks if f'cluster = "{kind}"' in block][-1], {"c": configuration})
    options: dict[str, object] = configuration.Autograder.cluster_options
    return options


def test_recipe_for_slurm_makes_a_job_script_of_its_options(classroom: Class) -> None:
    pytest.importorskip("dask_jobqueue")
    course = Course.open(classroom.root)
    course.options.cluster, course.options.cluster_workers = "slurm", 0
    course.options.cluster_options = recipe("slurm")
    with cluster.start_cluster(course) as made:
        script = made.job_script()
    assert "#SBATCH -p teaching" in script and "#SBATCH -t 02:00:00" in script and "--nworkers 8" in script
    assert "source /shared/autograder/.venv/bin/activate" in script and ".autograder/logs" in script


def test_recipe_for_kubernetes_names_options_that_there_are() -> None:
    operator = pytest.importorskip("dask_kubernetes.operator", reason="the package dask-kubernetes is not installed")
    options = recipe("kubernetes")
    inspect.signature(operator.KubeCluster.__init__).bind(None, **options)
    known = inspect.signature(operator.make_cluster_spec).parameters
    spec = operator.make_cluster_spec(**{name: value for name, value in options.items() if name in known})
    (worker,) = spec["spec"]["worker"]["spec"]["containers"]
    assert worker["args"][:2] == ["dask", "worker"] and worker["resources"]["limits"] == {"memory": "6Gi"}


def test_bundle_holds_what_grading_needs_and_no_submission(classroom: Class) -> None:
    classroom.submit("ada", RIGHT)
    with tarfile.open(fileobj=io.BytesIO(cluster.bundle_of(Course.open(classroom.root)))) as tar:
        names = tar.getnames()
    assert "reference_solutions/lecture9/toy.py" in names and ".autograder-secret" in names
    assert not [name for name in names if "ada" in name or "gradebook.db" in name]


def test_report_of_a_worker_is_the_same_as_a_local_one(classroom: Class) -> None:
    path = classroom.submit("ada", WRONG)
    course = Course.open(classroom.root)
    plugin = cluster.HoldsGraders(cluster.bundle_of(course), None, cluster.engine_version())

    class Here:
        address = "here"
        state = type("State", (), {"nthreads": 1})

    plugin.setup(Here())
    try:
        there = plugin.grade({"student": "ada", "challenge": "toy", "name": "toy.ipynb"}, path.read_bytes())
        plugin._server._process.kill()  # its fork server is lost, and started again
        again = plugin.grade({"student": "ada", "challenge": "toy", "name": "toy.ipynb"}, path.read_bytes())
    finally:
        plugin.teardown(Here())
    verdicts = [(each.name, each.points, each.verdict) for each in there.exercises]
    assert isinstance(there, Report) and verdicts == [(e.name, e.points, e.verdict) for e in again.exercises]
    classroom.grade()
    assert classroom.gradebook()["ada", "halve-check"][0] == there.exercises[0].points
