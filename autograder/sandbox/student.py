"""The student's process: runs the notebook's cells and answers calls. It holds nothing that is worth stealing."""

from __future__ import annotations

import base64
import os
import signal
import sys
from typing import Any

from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config

from autograder.oracle import Outcome, Status
from autograder.plain import NotPlain, to_bytes
from autograder.runtime import Interrupted, Runtime, text_of
from autograder.sandbox.channel import Channel, ChannelClosed
from autograder.sandbox.limits import Limits
from autograder.sandbox.outputs import BINARY_TYPES, TEXT_TYPES
from autograder.sandbox.recorder import RecordedStream, Recorder


class _Publisher(DisplayPublisher):
    shell: Any

    def publish(self, data: Any, metadata: Any = None, source: Any = None, **kwargs: Any) -> None:
        self.shell.recorder.add({"output_type": "display_data", "data": storable(data), "metadata": {}})

    def clear_output(self, wait: bool = False) -> None:
        self.shell.recorder.outputs.clear()


class _Hook(DisplayHook):
    shell: Any

    def write_output_prompt(self) -> None:
        pass

    def write_format_data(self, format_dict: Any, md_dict: Any = None) -> None:
        data = {"data": storable(format_dict), "metadata": {}, "execution_count": None}
        self.shell.recorder.add({"output_type": "execute_result", **data})


class StudentShell(InteractiveShell):
    """IPython without history, terminal or files, whose outputs go to a recorder."""

    recorder: Recorder

    def _showtraceback(self, etype: Any, evalue: Any, stb: Any) -> None:
        name = getattr(etype, "__name__", str(etype))
        error = {"output_type": "error", "ename": name, "evalue": text_of(evalue, 2000), "traceback": list(stb)[:60]}
        self.recorder.add(error)

    def enable_gui(self, gui: Any = None) -> None:
        pass


def make_shell() -> Any:
    """The shell that every submission inherits ready-made from the fork server."""
    config = Config()
    config.HistoryManager.enabled = False
    config.HistoryManager.hist_file = ":memory:"
    config.InteractiveShell.colors = "nocolor"
    config.InteractiveShell.display_page = True
    StudentShell.displayhook_class = _Hook  # type: ignore[assignment]
    StudentShell.display_pub_class = _Publisher  # type: ignore[assignment]
    shell: Any = StudentShell.instance(config=config)
    shell.recorder = Recorder(Limits.cell_output, Limits.notebook_output)
    shell.enable_matplotlib("inline")
    warm = "import numpy as np\n1 + 1\ndef f():\n    return np.ones(2)\nf()"
    shell.run_cell(warm, store_history=False)
    shell.reset(new_session=False)
    shell.recorder.start_cell()
    return shell


def storable(data: dict[str, Any]) -> dict[str, str]:
    """The parts of a display that a notebook file may keep, as text."""
    kept: dict[str, str] = {}
    for mime, content in data.items():
        if mime in TEXT_TYPES and isinstance(content, str):
            kept[mime] = content
        elif mime in BINARY_TYPES:
            kept[mime] = base64.b64encode(content).decode() if isinstance(content, bytes) else str(content)
    return kept


def serve(shell: StudentShell, channel: Channel, limits: Limits, device: str) -> None:
    """Answers the grader's requests until it closes the channel, after a word that says that all is prepared."""
    shell.recorder = Recorder(limits.cell_output, limits.notebook_output)
    sys.stdout = RecordedStream(shell.recorder, "stdout")
    sys.stderr = RecordedStream(shell.recorder, "stderr")
    shell.user_ns["__name__"] = "__main__"
    runtime = Runtime(shell.user_ns, device)
    if device == "cuda":
        _bound_gpu_memory(limits.gpu_share)
    busy = _InterruptOnlyWhileBusy()
    own_pid = os.getpid()
    channel.send({"ready": True})
    while True:
        try:
            request = channel.receive()
        except ChannelClosed:
            return
        answer = _answer(shell, runtime, request, limits, busy)
        if os.getpid() != own_pid:  # a fork that a cell left running must not answer for its parent
            os._exit(0)
        try:
            message = to_bytes({"id": request["id"], **answer})
        except NotPlain as broken:
            message = to_bytes({"id": request["id"], **_outcome(_refused(f"the answer holds {broken}"))})
        except MemoryError:
            message = to_bytes({"id": request["id"], **_outcome(Outcome(Status.OUT_OF_MEMORY))})
        if len(message) > limits.value + 1_000_000:
            text = f"the answer is larger than the {limits.value // 1_000_000} MB that are accepted"
            message = to_bytes({"id": request["id"], **_outcome(_refused(text))})
        channel.send_bytes(message)


def _bound_gpu_memory(share: float) -> None:
    """Bounds what PyTorch takes of the GPU, once student code touches it; CUDA is not initialised before that."""
    import torch

    torch.cuda._lazy_call(lambda: torch.cuda.set_per_process_memory_fraction(share))


class _InterruptOnlyWhileBusy:
    """Turns SIGUSR1, which the fork server sends when time is up, into Interrupted, but only in student code."""

    def __init__(self) -> None:
        self._busy = False
        signal.signal(signal.SIGUSR1, self._on_signal)

    def __enter__(self) -> None:
        self._busy = True

    def __exit__(self, *error: Any) -> None:
        self._busy = False

    def _on_signal(self, number: int, frame: Any) -> None:
        if self._busy:
            raise Interrupted


def _answer(
    shell: StudentShell, runtime: Runtime, request: dict[str, Any], limits: Limits, busy: _InterruptOnlyWhileBusy
) -> dict[str, Any]:
    shell.recorder.start_cell()
    try:
        with busy:
            if request["op"] == "run":
                return _run_cell(shell, request["source"])
            if request["op"] == "value":
                return _outcome(runtime.value(request["target"]))
            return _outcome(runtime.call(request["target"], request["args"], request["kwargs"]))
    except Interrupted:
        return {**_outcome(Outcome(Status.TIMED_OUT)), "outputs": shell.recorder.finished(), "error": "TimeoutError"}
    except Exception as error:  # not of the cell, but of showing what came of it
        return _raised(shell, error)


def _run_cell(shell: Any, source: str) -> dict[str, Any]:
    result = shell.run_cell(source, store_history=False)
    error = result.error_before_exec or result.error_in_exec
    if isinstance(error, Interrupted):
        raise error
    if error is not None:
        return _raised(shell, error)
    return {"status": str(Status.RETURNED), "outputs": shell.recorder.finished()}


def _raised(shell: StudentShell, error: BaseException) -> dict[str, Any]:
    status = Status.OUT_OF_MEMORY if isinstance(error, MemoryError) else Status.RAISED
    text = f"{type(error).__name__}: {text_of(error)}"
    types = [cls.__name__[:80] for cls in type(error).__mro__]
    return {"status": str(status), "error": text, "error_types": types, "outputs": shell.recorder.finished()}


def _refused(text: str) -> Outcome:
    return Outcome(Status.RAISED, error_types=("ValueError",), error=text)


def _outcome(outcome: Outcome) -> dict[str, Any]:
    return {
        "status": str(outcome.status),
        "value": outcome.value,
        "error_types": list(outcome.error_types),
        "error": outcome.error,
        "where": outcome.where,
        "changed": list(outcome.changed),
        "seconds": float(outcome.seconds),
    }
