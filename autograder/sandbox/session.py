"""The grader's side of a submission in the sandbox: a session with it, which is an Oracle.

Where a call or a cell takes too long, the student's process is first interrupted, so that what it has computed so far
is kept; if it does not react it is killed, made anew, and the cells that had come through are run again.
"""

from __future__ import annotations

import os
import secrets
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from autograder.oracle import Outcome, Status
from autograder.plain import VALUES, Handle, NotPlain, Source, to_bytes
from autograder.sandbox.channel import Channel, ChannelClosed, ChannelTimeout
from autograder.sandbox.fork_server import Launcher, SandboxError
from autograder.sandbox.isolation import remove
from autograder.sandbox.limits import Limits
from autograder.sandbox.outputs import believed

GRACE_SECONDS = 1.0
MAX_RESTARTS = 12
MAX_STRAY_ANSWERS = 20
PREPARE_SECONDS = 30.0


@dataclass(frozen=True)
class CellRun:
    """What came of one cell: its outcome's status, the error in a line, and the outputs for the notebook."""

    status: Status
    error: str = ""
    error_types: tuple[str, ...] = ()
    outputs: list[dict[str, Any]] = field(default_factory=list)


class Session:
    """One submission in the sandbox: run its cells, then ask it for values and calls. An Oracle.

    Use as a context manager; leaving it ends every process of the submission.
    """

    def __init__(self, launcher: Launcher, limits: Limits, assignment: str = "") -> None:
        self._launcher = launcher
        self._limits = limits
        self._assignment = assignment
        self._deadline = time.monotonic() + limits.notebook_seconds
        self._channel: Channel | None = None
        self._cells: list[str] = []  # those that came through, to be run again after a kill
        self._restarts = 0
        self._scratch = ""
        self._fate = ""
        self._output_left = limits.notebook_output
        self.blame: dict[str, CellRun] = {}  # why a name may be missing: the cell that should have defined it

    def __enter__(self) -> Session:
        return self

    def __exit__(self, *error: Any) -> None:
        self._end()
        self._empty_scratch()

    def run_cell(self, source: str) -> CellRun:
        """Runs one cell; a failure of any kind is in the result, and later cells can still be run."""
        if self._out_of_time():
            return CellRun(Status.TIMED_OUT, "the notebook's time was used up before this cell")
        answer = self._ask({"op": "run", "source": source}, self._limits.cell_seconds)
        status = _status(answer)
        outputs, used = believed(answer.get("outputs"), min(self._limits.cell_output, self._output_left))
        self._output_left = max(self._output_left - used, 0)
        error = str(answer.get("error", ""))[:300].strip() or ("" if status is Status.RETURNED else str(status))
        run = CellRun(status, error, _strings(answer.get("error_types")), outputs)
        if run.status in (Status.RETURNED, Status.RAISED) and self._channel is not None:
            self._cells.append(source)
        return run

    def call(
        self, target: str | Handle | Source, args: tuple[Any, ...], kwargs: dict[str, Any], seconds: float
    ) -> Outcome:
        request = {"op": "call", "target": target, "args": args, "kwargs": kwargs}
        return self._asked(request, target if isinstance(target, str) else "", seconds)

    def value(self, name: str) -> Outcome:
        return self._asked({"op": "value", "target": name}, name, self._limits.call_seconds)

    def _asked(self, request: dict[str, Any], name: str, seconds: float) -> Outcome:
        if self._out_of_time():
            return Outcome(Status.TIMED_OUT)
        outcome = _outcome_of(self._ask(request, seconds))
        failed = self.blame.get(name)
        if outcome.status is Status.ABSENT and failed is not None:
            return Outcome(failed.status, error_types=failed.error_types, error=failed.error)
        return outcome

    def _ask(self, request: dict[str, Any], seconds: float) -> dict[str, Any]:
        """The answer, as plain data from an untrusted process, or one made up here if none came."""
        number = secrets.token_hex(8)
        start = time.monotonic()
        try:
            if self._channel is None:
                self._start_again()
            assert self._channel is not None
            deadline = min(start + seconds, self._deadline)
            self._channel.send_bytes(to_bytes({**request, "id": number}), start + seconds + GRACE_SECONDS)
            try:
                return self._answer_to(number, deadline)
            except ChannelTimeout:
                self._launcher.interrupt()
                late = self._answer_to(number, time.monotonic() + GRACE_SECONDS)
                return {**late, "status": str(Status.TIMED_OUT)}
        except ChannelTimeout:
            self._end()
            return {"status": str(Status.TIMED_OUT), "seconds": time.monotonic() - start}
        except ChannelClosed:
            self._end()
            status = Status.OUT_OF_MEMORY if self._fate == "memory" else Status.DIED
            return {"status": str(status), "error": FATES.get(self._fate, ""), "seconds": time.monotonic() - start}
        except NotPlain as broken:
            self._end()
            return {"status": str(Status.DIED), "error": f"the process answered with {broken}"}

    def _answer_to(self, number: str, deadline: float) -> dict[str, Any]:
        assert self._channel is not None
        for _ in range(MAX_STRAY_ANSWERS):
            answer = self._channel.receive(deadline)
            # anything in the student's process can write here; only the answer to this question counts
            if isinstance(answer, dict) and answer.get("id") == number:
                return answer
            if time.monotonic() > deadline:  # a flood is always ready to be read
                raise ChannelTimeout
        raise NotPlain("answers to questions that nobody asked")

    def _start_again(self) -> None:
        if self._restarts > MAX_RESTARTS or self._out_of_time():
            raise ChannelClosed
        self._restarts += 1
        if self._launcher.server.mode != "bubblewrap":
            # a new one each time: a full one would be the end of the next process too, and look like our fault
            self._empty_scratch()
            self._scratch = tempfile.mkdtemp(prefix="submission-")
        started = self._launcher.start(self._limits, self._assignment, self._scratch)
        self._channel = Channel(started, self._limits.value, VALUES)
        _wait_prepared(self._channel)
        cells, self._cells = self._cells, []
        for source in cells:
            self.run_cell(source)
            if self._channel is None:
                raise ChannelClosed

    def _end(self) -> None:
        if self._channel is not None:
            self._channel.close()
            self._channel = None
            ending = self._launcher.kill()
            self._fate = ending["reason"]
            if self._fate == "ended" and os.WIFSIGNALED(ending["status"]) and os.WTERMSIG(ending["status"]) == 9:
                # nobody here sent that, nor can the first process of a pid namespace: the machine ran out of memory
                self._fate = "memory" if self._launcher.server.mode == "bubblewrap" else "ended"

    def _empty_scratch(self) -> None:
        if self._scratch:
            remove(self._scratch)
            self._scratch = ""

    def _out_of_time(self) -> bool:
        return time.monotonic() >= self._deadline


FATES = {
    "processes": "it started more processes than are allowed",
    "scratch": "it wrote more to files than is allowed",
    "ended": "its process ended",
}


def _wait_prepared(channel: Channel) -> None:
    """Waits for the word that the student's process sends before it runs anything of the student's."""
    try:
        word = channel.receive(time.monotonic() + PREPARE_SECONDS)
    except (ChannelClosed, ChannelTimeout):
        raise SandboxError("the student's process ended, or hung, while it was prepared") from None
    if not (isinstance(word, dict) and word.get("ready") is True):
        fault = word.get("fault") if isinstance(word, dict) else word
        raise SandboxError(f"the student's process could not be prepared: {str(fault)[-500:]}")


def _status(answer: dict[str, Any]) -> Status:
    try:
        return Status(str(answer.get("status")))
    except ValueError:
        return Status.DIED


def _strings(value: Any) -> tuple[str, ...]:
    return tuple(str(item)[:80] for item in value[:20]) if isinstance(value, list | tuple) else ()


def _outcome_of(answer: dict[str, Any]) -> Outcome:
    """An outcome from what a student's process said: every field checked, since none can be believed."""
    changed: Sequence[Any] = answer.get("changed") or ()
    seconds = answer.get("seconds")
    return Outcome(
        _status(answer),
        answer.get("value"),
        _strings(answer.get("error_types")),
        str(answer.get("error", ""))[:300],
        str(answer.get("where", ""))[:200],
        tuple(i for i in changed if type(i) is int) if isinstance(changed, list | tuple) else (),
        float(seconds) if isinstance(seconds, float | int) and 0 <= seconds < 1e6 else 0.0,
    )
