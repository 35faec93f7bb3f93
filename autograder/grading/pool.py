"""Grader processes: as many as asked, each with a connection to one warm fork server.

A process that dies, or loses the fork server, costs nothing but time: what was under way is graded again, one notebook
at a time, so that it is known whose doing it was if it happens again. That one gets a grader error.
Every process ends with the coordinator, however that ends.
"""

from __future__ import annotations

import ctypes
import json
import multiprocessing
import os
import signal
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from pathlib import Path
from types import TracebackType
from typing import Protocol

from autograder import messages
from autograder.course import Course
from autograder.exercise import Challenge
from autograder.grading.report import Report
from autograder.grading.submission import Grader
from autograder.judge import grader_error
from autograder.notebooks.read import content_of
from autograder.sandbox.fork_server import ForkServer

_CONTEXT = multiprocessing.get_context("fork")
_PR_SET_PDEATHSIG = 1
LOOKED_AT = 200  # notebooks in which is looked for what they import


@dataclass(frozen=True, slots=True)
class Job:
    """One notebook to grade."""

    student: str
    challenge: str
    path: Path
    key: str


class Engine(Protocol):
    """What grades jobs. A context manager; leaving it ends all that it started."""

    confinement: str

    def __enter__(self) -> Engine: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...

    def grade(self, jobs: Sequence[Job]) -> Iterator[tuple[Job, Report]]:
        """Each job with its report, as they are done."""
        ...


@dataclass
class Worker:
    """A grader process, its pipe, and what it is working on."""

    process: multiprocessing.process.BaseProcess
    pipe: Connection
    job: Job | None = None


class Pool:
    """Grades jobs in parallel on this machine: the local engine."""

    def __init__(self, course: Course, workers: int, mode: str | None, warm: Sequence[str] | None = None) -> None:
        self._course = course
        self._count = workers
        self._mode = mode
        self._warm = warm  # the libraries that submissions need; all of the course's where that is not known
        self._workers: list[Worker] = []
        self._server: ForkServer | None = None
        self.confinement = ""

    @classmethod
    def fitting(
        cls, course: Course, files: Sequence[Path], mode: str | None, workers: int = 0, most: int | None = None
    ) -> Pool:
        """A pool for these notebooks: as many processes as cores, unless told otherwise, and at most one for each (or
        ``most``); warm with what the first of them use."""
        cores = len(os.sched_getaffinity(0))
        count = min(workers or course.options.workers or cores, len(files) if most is None else most)
        return cls(course, count, mode, course.libraries_of(map(content_of, files[:LOOKED_AT])))

    def __enter__(self) -> Pool:
        """Starts the fork server, whose imports then run beside whatever comes before ``grade``."""
        try:
            self._server = self._new_server()
        except BaseException:
            self._stop()
            raise
        self.confinement = self._server.mode
        return self

    def __exit__(self, *error: object) -> None:
        self._stop()

    def grade(self, jobs: Sequence[Job]) -> Iterator[tuple[Job, Report]]:
        """Each job with its report, as they are done; SandboxError where the fork server cannot start."""
        waiting = list(reversed(jobs))
        suspects: list[Job] = []  # lost once, or short of a GPU's memory that they shared
        on_trial: Job | None = None  # a suspect, beside which nothing else runs
        self._start_graders()
        while waiting or suspects or self._under_way():
            if suspects and on_trial is None and not self._under_way():
                on_trial = suspects.pop()
                self._give(self._workers[0], on_trial)
            elif on_trial is None:
                for worker in self._workers:
                    if worker.job is None and waiting:
                        self._give(worker, waiting.pop())
            lost = False
            for pipe in wait([worker.pipe for worker in self._workers if worker.job]):
                worker = next(each for each in self._workers if each.pipe is pipe)
                job, answer = worker.job, _receive(worker)
                assert job is not None
                if answer is None or answer.get("lost"):
                    lost = True
                    continue
                worker.job = None
                report = Report.from_plain(answer)
                if on_trial is None and _short_of_gpu_memory(report):
                    suspects.append(job)
                    continue
                on_trial = None
                yield job, report
            if lost:
                suspects += self._restart()
                if on_trial is not None:
                    why = "the process that graded it, or its sandbox, ended twice"
                    suspects.remove(on_trial)
                    yield on_trial, given_up(self._course.challenges, on_trial, self.confinement, why)
                    on_trial = None

    def _new_server(self) -> ForkServer:
        return ForkServer.of_course(self._course, self._mode, self._count, self._warm)

    def _under_way(self) -> list[Job]:
        return [worker.job for worker in self._workers if worker.job is not None]

    def _start_graders(self) -> None:
        if self._server is None:
            self._server = self._new_server()
        self._server.wait_ready()
        for index in range(self._count):
            ours, theirs = _CONTEXT.Pipe()
            arguments = (index, theirs, self._server, self._course, os.getpid())
            process = _CONTEXT.Process(target=_work, args=arguments, daemon=True)
            process.start()
            theirs.close()
            self._workers.append(Worker(process, ours))
        for launcher in self._server.launchers:
            launcher.close()  # the grader processes hold them now; a dead one closes its own

    def _stop(self) -> None:
        for worker in self._workers:
            worker.pipe.close()
            worker.process.kill()
            worker.process.join()
        self._workers.clear()
        if self._server is not None:
            self._server.close()
            self._server = None

    def _restart(self) -> list[Job]:
        """A fresh server with fresh grader processes; the jobs that were under way, the guilty one among them."""
        unfinished = self._under_way()
        self._stop()
        self._start_graders()
        return unfinished

    def _give(self, worker: Worker, job: Job) -> None:
        worker.job = job
        message = {"student": job.student, "path": str(job.path)}
        try:
            worker.pipe.send_bytes(json.dumps(message).encode())
        except OSError:
            pass  # the pipe then reads as ended, and the job is given to another


def given_up(challenges: Mapping[str, Challenge], job: Job, confinement: str, why: str) -> Report:
    """The report on a notebook that could not be graded through no fault of its student's: grader errors only."""
    challenge = challenges[job.challenge]
    results = tuple(grader_error(each.name, each.points, why) for each in challenge.exercises.values())
    return Report(
        str(job.path),
        challenge.name,
        confinement,
        0.0,
        challenge.auto_points,
        tuple(challenge.questions),
        results,
        (messages.SANDBOX_FAILED,),
    )


def grader_of(course: Course, server: ForkServer, index: int) -> Grader:
    """A grader that uses one connection of a fork server."""
    return Grader(
        course.challenges,
        server.launchers[index],
        limits=course.options.limits(),
        secret=course.secret,
        inputs_per_student=course.options.inputs_per_student,
        data=course.full_data,
    )


def _short_of_gpu_memory(report: Report) -> bool:
    return any(case.message == messages.OUT_OF_GPU_MEMORY for each in report.exercises for case in each.cases)


def _receive(worker: Worker) -> dict[str, object] | None:
    try:
        answer: dict[str, object] = json.loads(worker.pipe.recv_bytes())
        return answer
    except (EOFError, OSError):
        return None


def _work(index: int, pipe: Connection, server: ForkServer, course: Course, coordinator: int) -> None:
    """The life of a grader process."""
    _end_with(coordinator)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the coordinator, which then ends this process
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    for other, launcher in enumerate(server.launchers):
        if other != index:
            launcher.close()
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    grader = grader_of(course, server, index)
    while True:
        try:
            job = json.loads(pipe.recv_bytes())
        except (EOFError, OSError):
            return
        report = grader.grade_file(Path(job["path"]), job["student"])
        answer = {"lost": True} if messages.SANDBOX_FAILED in report.notes else report.to_plain()
        pipe.send_bytes(json.dumps(answer).encode())


def _end_with(parent: int) -> None:
    """Has the kernel kill this process when its parent ends, be it by SIGKILL."""
    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:  # it ended before
        os._exit(1)
