"""Grading on a Dask cluster: an existing one by its address, or one that Dask's own tools start on Slurm or Kubernetes.

Every worker gets the course's grading side as a bundle (no shared file system is needed), starts a fork server of its
own and keeps it warm. A submission travels as bytes, its report comes back as plain data. What a lost worker was
grading is given to another by Dask; the coordinator takes one report for each notebook, so that nothing counts twice.
"""

from __future__ import annotations

import contextlib
import hashlib
import inspect
import io
import json
import math
import queue
import tarfile
import tempfile
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

import distributed
from distributed import WorkerPlugin

from autograder import messages
from autograder.course import REFERENCES, Course
from autograder.exercise import Challenge
from autograder.grading.log import LOGS
from autograder.grading.pool import Engine, Job, given_up, grader_of
from autograder.grading.report import Report
from autograder.grading.store import engine_version
from autograder.grading.submission import Grader
from autograder.notebooks.read import content_of
from autograder.sandbox import confinement
from autograder.sandbox.fork_server import ForkServer

dask: Any = distributed  # most of its functions carry no types

FIRST_WORKER_SECONDS = 600
COUNT_SECONDS = 2.0
AHEAD = 3  # tasks handed to the scheduler for each thread of the cluster
TASK_SECONDS, MOST_TOGETHER = 0.5, 16  # how long a task of several notebooks may take, and how many they may be


class ClusterError(RuntimeError):
    """The cluster cannot be used; the sentence says why."""


def engine_of(course: Course, scheduler: str, mode: str | None) -> Callable[[int], Engine]:
    """What makes the engine for a batch: on the cluster at ``scheduler``, else on the one that is configured."""

    def make(count: int) -> Engine:
        return Dask(course, lambda: contextlib.nullcontext(scheduler) if scheduler else start_cluster(course), mode)

    return make


def start_cluster(course: Course) -> Any:
    """A cluster made as ``c.Autograder.cluster`` says; a context manager that ends it."""
    kind, options = course.options.cluster, dict(course.options.cluster_options)
    try:
        if kind == "slurm":
            import dask_jobqueue

            kind_of: Any = dask_jobqueue
            cluster = kind_of.SLURMCluster(**{"log_directory": str(course.root / LOGS), **options})
        else:
            import dask_kubernetes.operator

            kind_of = dask_kubernetes.operator
            cluster = kind_of.KubeCluster(**options)
    except ImportError as error:
        package = {"slurm": "dask-jobqueue", "kubernetes": "dask-kubernetes"}[kind]
        raise ClusterError(f"c.Autograder.cluster = {kind!r} needs the package {package} ({error}).") from None
    cluster.scale(course.options.cluster_workers)
    return cluster


class Dask:
    """The engine on a Dask cluster. ``connect`` gives a context manager with a cluster or a scheduler's address."""

    def __init__(self, course: Course, connect: Callable[[], Any], mode: str | None) -> None:
        self._course = course
        self._connect = connect
        self._mode = mode
        self._held = contextlib.ExitStack()
        self.confinement = confinement.choose(mode) if mode else ""

    def __enter__(self) -> Dask:
        try:
            where = self._held.enter_context(self._connect())
            self._client = self._held.enter_context(dask.Client(where, set_as_default=False))
            self._client.wait_for_workers(1, timeout=FIRST_WORKER_SECONDS)
            bundle = bundle_of(self._course)
            self._plugin = HoldsGraders(bundle, self._mode, engine_version())
            self._client.register_plugin(self._plugin)
        except (OSError, TimeoutError, RuntimeError) as error:
            self._held.close()
            raise ClusterError(f"The cluster cannot be used: {error}.") from None
        except BaseException:
            self._held.close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._held.close()

    def grade(self, jobs: Sequence[Job]) -> Iterator[tuple[Job, Report]]:
        """Each job with its report, as they are done; never more under way than keeps the workers busy.

        Short notebooks travel together, since a task costs the scheduler as much as a tenth of one.
        """
        waiting = deque(jobs)
        under_way: dict[Any, list[Job]] = {}
        finished = dask.as_completed(loop=self._client.loop)
        most, counted = 0, 0.0
        spent, done = 0.0, 0

        def hand_out(together: list[Job]) -> None:
            future = self._submit(together)
            under_way[future] = together
            finished.add(future)

        def hand_out_more() -> None:
            nonlocal most, counted
            if time.monotonic() - counted > COUNT_SECONDS:  # workers come and go; asking takes a while
                most, counted = AHEAD * max(sum(self._client.nthreads().values()), 1), time.monotonic()
            while len(under_way) < most and waiting:
                fair = math.ceil(len(waiting) / most)  # so that nobody is left with many at the end
                fitting = int(TASK_SECONDS * done / spent) if spent else 1
                hand_out(self._next(waiting, max(1, min(fair, fitting, MOST_TOGETHER))))

        hand_out_more()
        while under_way:
            future = next(finished)
            together = under_way.pop(future)
            hand_out_more()
            if future.exception() is not None and len(together) > 1:
                for job in together:  # one of them may be the cause, which the others must not pay for
                    hand_out([job])
                continue
            for job, report in self._reports_of(future, together):
                spent, done = spent + report.seconds, done + 1
                yield job, report

    def _next(self, waiting: deque[Job], most: int) -> list[Job]:
        """The next jobs that can travel together, at most so many."""
        together = [waiting.popleft()]
        while waiting and len(together) < most and self._needs(waiting[0]) == self._needs(together[0]):
            together.append(waiting.popleft())
        return together

    def _needs(self, job: Job) -> dict[str, float]:
        if self._course.device == "cuda" and uses_device(self._course.challenges[job.challenge]):
            return {"GPU": self._course.options.gpu_share}
        return {}

    def _submit(self, together: list[Job]) -> Any:
        task = [
            ({"student": job.student, "challenge": job.challenge, "name": job.path.name}, content_of(job.path))
            for job in together
        ]
        # the key is the notebooks' own, so that no scheduler runs them beside themselves
        own = json.dumps([(job.key, job.student) for job in together])
        key = f"grade-{hashlib.sha256(own.encode()).hexdigest()[:32]}"
        needs = self._needs(together[0])
        return self._client.submit(grade_here, self._plugin.name, task, key=key, resources=needs, pure=False)

    def _reports_of(self, future: Any, together: list[Job]) -> Iterator[tuple[Job, Report]]:
        error = future.exception()
        if error is not None:
            why = f"{type(error).__name__}: {error}"
            for job in together:
                yield job, given_up(self._course.challenges, job, self.confinement, why)
            return
        answers = json.loads(future.result())
        future.release()
        for job, answer in zip(together, answers, strict=True):
            report = Report.from_plain({**answer, "file": str(job.path)})
            self.confinement = report.confinement or self.confinement
            yield job, report


def uses_device(challenge: Challenge) -> bool:
    """Whether students' functions are told a device: these challenges are the ones that use a GPU."""
    functions = [each.reference for each in challenge.exercises.values() if not each.is_value]
    return any("device" in inspect.signature(function).parameters for function in functions)


def bundle_of(course: Course) -> bytes:
    """What grading needs of a course folder, packed: its configuration, references, data and secret."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz", dereference=True) as tar:
        names = [course.options.secret_file, "gradebook_config.py", REFERENCES]
        assert course.secret  # made where there was none yet
        for name in names:
            if (course.root / name).exists():
                tar.add(course.root / name, name, filter=_no_caches)
        for name, folder in course.data_folders().items():
            if folder.is_dir():
                tar.add(folder, f"source/{name}/data")
    return packed.getvalue()


def _no_caches(info: tarfile.TarInfo) -> tarfile.TarInfo | None:
    return None if "__pycache__" in info.name else info


class HoldsGraders(WorkerPlugin):
    """Keeps a warm fork server on a worker, with one connection for each of its threads."""

    def __init__(self, bundle: bytes, mode: str | None, engine: str) -> None:
        self.name = f"autograder-{hashlib.sha256(bundle).hexdigest()[:16]}"
        self._bundle = bundle
        self._mode = mode
        self._engine = engine

    def setup(self, worker: Any) -> None:
        """Unpacks the course and starts the fork server. Raises where this worker would judge otherwise."""
        if engine_version() != self._engine:
            what = "another version of autograder, NumPy, SciPy or PyTorch than this machine"
            raise ClusterError(f"the worker {worker.address} has {what}")
        self._folder = tempfile.TemporaryDirectory(prefix="course-")
        with tarfile.open(fileobj=io.BytesIO(self._bundle)) as tar:
            tar.extractall(self._folder.name, filter="data")
        self._course = Course.open(Path(self._folder.name))
        self._count = worker.state.nthreads
        self._lock = threading.Lock()
        self._start()

    def teardown(self, worker: Any) -> None:
        self._server.close()
        self._folder.cleanup()

    def grade(self, message: dict[str, str], content: bytes) -> Report:
        """The report on a notebook; where the fork server was lost it is started again, once."""
        for last in (False, True):
            graders = self._graders
            grader = graders.get()
            try:
                with tempfile.TemporaryDirectory() as folder:
                    path = Path(folder) / message["name"]
                    path.write_bytes(content)
                    report = grader.grade_file(path, message["student"])
            finally:
                graders.put(grader)
            if messages.SANDBOX_FAILED not in report.notes or last:
                break
            with self._lock:
                if graders is self._graders:  # and no other thread has started it again meanwhile
                    self._server.close()
                    self._start()
        return report

    def _start(self) -> None:
        self._server = ForkServer.of_course(self._course, self._mode, self._count)
        self._graders: queue.Queue[Grader] = queue.Queue()
        for index in range(self._count):
            self._graders.put(grader_of(self._course, self._server, index))


def grade_here(plugin: str, task: list[tuple[dict[str, str], bytes]]) -> str:
    """The task that a worker runs: the reports on some notebooks, as JSON."""
    holder = dask.get_worker().plugins[plugin]
    assert isinstance(holder, HoldsGraders)
    return json.dumps([holder.grade(message, content).to_plain() for message, content in task])
