"""Grader processes: as many as asked, each with a connection to one warm fork server.

A process that dies, or loses the fork server, costs nothing but time: its submission is graded again elsewhere. One
that does so twice gets a grader error.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import signal
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from pathlib import Path

from autograder import messages
from autograder.course import Course
from autograder.grading.report import Report
from autograder.grading.submission import Grader
from autograder.judge import grader_error
from autograder.sandbox.session import ForkServer

_CONTEXT = multiprocessing.get_context("fork")
TRIES = 2


@dataclass(frozen=True)
class Job:
    """One notebook to grade."""

    student: str
    challenge: str
    path: Path
    key: str


@dataclass
class Worker:
    """A grader process, its pipe, and what it is working on."""

    process: multiprocessing.process.BaseProcess
    pipe: Connection
    job: Job | None = None


class Pool:
    """Grades jobs in parallel. Use as a context manager; leaving it ends all its processes."""

    def __init__(self, course: Course, workers: int, mode: str | None) -> None:
        self._course = course
        self._count = workers
        self._mode = mode
        self._workers: list[Worker] = []
        self._server: ForkServer | None = None
        self.confinement = ""

    def __enter__(self) -> Pool:
        self._start()
        return self

    def __exit__(self, *error: object) -> None:
        self._stop()

    def grade(self, jobs: Sequence[Job]) -> Iterator[tuple[Job, Report]]:
        """Each job with its report, as they are done."""
        waiting = list(reversed(jobs))
        failures: dict[str, int] = {}
        while waiting or any(worker.job for worker in self._workers):
            for worker in self._workers:
                if worker.job is None and waiting:
                    self._give(worker, waiting.pop())
            lost = False
            for pipe in wait([worker.pipe for worker in self._workers if worker.job]):
                worker = next(each for each in self._workers if each.pipe is pipe)
                job = worker.job
                assert job is not None
                answer = _receive(worker)
                if answer is not None and not answer.get("lost"):
                    worker.job = None
                    yield job, Report.from_plain(answer)
                    continue
                lost = True
            if lost:
                for job in self._restart():
                    failures[job.key] = failures.get(job.key, 0) + 1
                    if failures[job.key] < TRIES:
                        waiting.append(job)
                    else:
                        yield job, self._given_up(job)

    def _start(self) -> None:
        self._server = ForkServer.of_course(self._course, self._mode, self._count)
        self.confinement = self._server.mode
        self._server.wait_ready()
        for index in range(self._count):
            ours, theirs = _CONTEXT.Pipe()
            process = _CONTEXT.Process(target=_work, args=(index, theirs, self._server, self._course), daemon=True)
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
        unfinished = [worker.job for worker in self._workers if worker.job is not None]
        self._stop()
        self._start()
        return unfinished

    def _give(self, worker: Worker, job: Job) -> None:
        worker.job = job
        message = {"student": job.student, "path": str(job.path)}
        try:
            worker.pipe.send_bytes(json.dumps(message).encode())
        except OSError:
            pass  # the pipe then reads as ended, and the job is given to another

    def _given_up(self, job: Job) -> Report:
        challenge = self._course.challenges[job.challenge]
        why = f"the process that graded {job.path} ended {TRIES} times"
        results = tuple(grader_error(each.name, each.points, why) for each in challenge.exercises.values())
        return Report(
            str(job.path),
            challenge.name,
            self.confinement,
            0.0,
            challenge.auto_points,
            tuple(challenge.questions),
            results,
            (messages.SANDBOX_FAILED,),
        )


def _receive(worker: Worker) -> dict[str, object] | None:
    try:
        answer: dict[str, object] = json.loads(worker.pipe.recv_bytes())
        return answer
    except (EOFError, OSError):
        return None


def _work(index: int, pipe: Connection, server: ForkServer, course: Course) -> None:
    """The life of a grader process."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the coordinator, which then ends this process
    for other, launcher in enumerate(server.launchers):
        if other != index:
            launcher.close()
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    launcher = server.launchers[index]
    grader = Grader(
        course.challenges,
        launcher,
        limits=course.options.limits(),
        secret=course.secret,
        inputs_per_student=course.options.inputs_per_student,
        data=course.full_data,
    )
    while True:
        try:
            job = json.loads(pipe.recv_bytes())
        except (EOFError, OSError):
            return
        report = grader.grade_file(Path(job["path"]), job["student"])
        answer = {"lost": True} if messages.SANDBOX_FAILED in report.notes else report.to_plain()
        pipe.send_bytes(json.dumps(answer).encode())
