"""Grading one submission: its cells run in the sandbox, then every exercise is judged."""

from __future__ import annotations

import sys
import time
import traceback
from collections.abc import Callable, Mapping
from pathlib import Path

from autograder import messages
from autograder.exercise import Challenge, Exercise, Setting
from autograder.grading.report import CellOutcome, Report
from autograder.judge import grader_error, judge
from autograder.notebooks.read import SubmittedNotebook, UnreadableNotebook, read_notebook
from autograder.oracle import Status
from autograder.prepare import prepare
from autograder.prepared import PreparedExercise
from autograder.sandbox.fork_server import Launcher, SandboxError
from autograder.sandbox.limits import Limits
from autograder.sandbox.session import Session

Prepare = Callable[[Challenge, Exercise], PreparedExercise]


class Grader:
    """Grades notebooks of one course through one launcher.

    Cases that are the same for everybody are prepared once; those drawn for a student each time.
    """

    def __init__(
        self,
        challenges: Mapping[str, Challenge],
        launcher: Launcher,
        *,
        limits: Limits,
        secret: bytes,
        inputs_per_student: bool = False,
        data: Path | None = None,
    ) -> None:
        _compute_with_one_thread()
        self._challenges = challenges
        self._launcher = launcher
        self._limits = limits
        self._secret = secret
        self._setting = Setting(launcher.server.device, data)
        self._per_student = inputs_per_student
        self._prepared: dict[tuple[str, str, str], PreparedExercise] = {}

    def grade_file(self, path: Path, student: str = "") -> Report:
        """The report on the notebook at ``path``; one with an ``error`` where it cannot be judged."""
        try:
            notebook = read_notebook(path, self._challenges)
        except UnreadableNotebook as unreadable:
            return Report(str(path), error=str(unreadable))
        return self.grade(notebook, str(path), student)

    def grade(self, notebook: SubmittedNotebook, file: str, student: str = "") -> Report:
        """The report on a notebook that was read."""
        start = time.monotonic()
        challenge = notebook.challenge
        exercises = challenge.exercises.values()
        try:
            with Session(self._launcher, self._limits, challenge.assignment) as session:
                cells, notes = self._run(notebook, session)
                results = [judge(self._prepare(challenge, each, student), session) for each in exercises]
        except SandboxError:
            cells, notes, fault = [], [messages.SANDBOX_FAILED], traceback.format_exc()
            results = [grader_error(each.name, each.points, fault) for each in exercises]
        return Report(
            file,
            challenge.name,
            self._launcher.server.mode,
            sum(result.points for result in results),
            challenge.auto_points,
            tuple(challenge.questions),
            tuple(results),
            (*notebook.notes, *notes),
            seconds=round(time.monotonic() - start, 3),
            cells=tuple(cells),
        )

    def _run(self, notebook: SubmittedNotebook, session: Session) -> tuple[list[CellOutcome], list[str]]:
        outcomes, notes = [], []
        for index, cell in enumerate(notebook.cells):
            if not cell.run or not cell.source.strip():
                continue
            run = session.run_cell(cell.source)
            outcomes.append(CellOutcome(index, run.outputs, run.error))
            if run.status is Status.RETURNED:
                continue
            if cell.grade_id in notebook.challenge.exercises:
                session.blame[cell.grade_id] = run
            what = cell.grade_id or f"number {index + 1}"
            why = str(run.status) if run.status is not Status.RAISED else run.error.splitlines()[0]
            notes.append(f"the cell {what} failed: {why}")
        return outcomes, notes

    def _prepare(self, challenge: Challenge, exercise: Exercise, student: str) -> PreparedExercise:
        who = student if self._per_student and exercise.per_student else ""
        key = (challenge.name, exercise.name, who)
        if key not in self._prepared:
            prepared = prepare(
                challenge,
                exercise,
                secret=self._secret,
                student=who,
                setting=self._setting,
                call_seconds=self._limits.call_seconds,
            )
            if who:
                return prepared
            self._prepared[key] = prepared
        return self._prepared[key]


def _compute_with_one_thread() -> None:
    """References in PyTorch run in this process, which may be a fork of one that made a pool of threads: waiting for
    those would never end. One thread also is what the sandbox gives to students."""
    torch = sys.modules.get("torch")
    if torch is not None:
        torch.set_num_threads(1)
