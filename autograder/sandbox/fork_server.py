"""The grader's side of the fork server: to start it, and to have it start, interrupt and end submissions."""

from __future__ import annotations

import json
import socket
import subprocess
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from autograder.course import Course
from autograder.sandbox import confinement
from autograder.sandbox.limits import Limits

START_SECONDS = 120.0


class SandboxError(RuntimeError):
    """The sandbox itself failed; never a student's fault."""


class ForkServer:
    """A warm, confined Python that every submission is forked from. Use as a context manager.

    ``connections`` grader processes can each hold one submission at a time, through ``launchers``. ``warm`` names what
    is imported beforehand, beside NumPy, Matplotlib and IPython.
    Raises NoConfinement or SandboxError where it cannot start.
    """

    def __init__(
        self,
        *,
        mode: str | None = None,
        connections: int = 1,
        data: dict[str, Path] | None = None,
        device: str = "cpu",
        warm: Sequence[str] = (),
    ) -> None:
        self.mode = confinement.choose(mode)
        self.device = device
        self._data = data or {}
        pairs = [socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET) for _ in range(connections)]
        theirs = [pair[1] for pair in pairs]
        self._log = tempfile.TemporaryFile()
        self._home = None if self.mode == "bubblewrap" else tempfile.TemporaryDirectory(prefix="fork-server-")
        warmth = {"AUTOGRADER_WARM": " ".join(warm)}
        self._process = subprocess.Popen(
            confinement.command(self.mode, [s.fileno() for s in theirs], self._data, device),
            env={**confinement.environment(self.mode, self._home.name if self._home else "/tmp"), **warmth},
            pass_fds=[s.fileno() for s in theirs],
            stdin=subprocess.DEVNULL,
            stdout=self._log,
            stderr=self._log,
            start_new_session=True,
        )
        for sock in theirs:
            sock.close()
        self.launchers = [Launcher(pair[0], self, index) for index, pair in enumerate(pairs)]

    @classmethod
    def of_course(
        cls, course: Course, mode: str | None = None, connections: int = 1, warm: Sequence[str] | None = None
    ) -> ForkServer:
        """A fork server with the data, device and libraries of a course: all of these, or those named by ``warm``."""
        data, device = course.data_folders(), course.device
        warm = course.libraries if warm is None else warm
        return cls(mode=mode, connections=connections, data=data, device=device, warm=warm)

    def wait_ready(self) -> None:
        """Waits until the imports are done; SandboxError, with what the server said, where it failed."""
        for launcher in self.launchers:
            launcher.wait_ready()

    def data_inside(self, assignment: str) -> str:
        """Where an assignment's public data lie for its submissions; empty where it has none."""
        folder = self._data.get(assignment)
        if folder is None or not folder.is_dir():
            return ""
        return f"{confinement.DATA_INSIDE}/{assignment}" if self.mode == "bubblewrap" else str(folder)

    def last_words(self) -> str:
        self._log.seek(0)
        return self._log.read()[-2000:].decode(errors="replace").strip()

    @property
    def pid(self) -> int:
        return self._process.pid

    def close(self) -> None:
        with suppress(SandboxError):  # bwrap, killed while it starts, can leave its child waiting for ever
            self.launchers[0].wait_alive()
        for launcher in self.launchers:
            launcher.close()
        self._process.kill()
        self._process.wait()
        self._log.close()
        if self._home is not None:
            self._home.cleanup()

    def __enter__(self) -> ForkServer:
        return self

    def __exit__(self, *error: Any) -> None:
        self.close()


class Launcher:
    """One control connection to a fork server."""

    def __init__(self, control: socket.socket, server: ForkServer, index: int) -> None:
        self._control = control
        self._alive = self._ready = False
        self.uid = confinement.own_uid(index)
        self.server = server

    def wait_alive(self) -> None:
        """Waits until the server runs, with its imports before it."""
        if not self._alive:
            self._reply(START_SECONDS)
            self._alive = True

    def wait_ready(self) -> None:
        self.wait_alive()
        if not self._ready:
            self._reply(START_SECONDS)
            self._ready = True

    def start(self, limits: Limits, assignment: str, scratch: str) -> socket.socket:
        """Forks a submission's process; its end of the channel."""
        self.wait_ready()
        ours, theirs = socket.socketpair()
        request = {
            "op": "start",
            "limits": limits.to_plain(),
            "device": self.server.device,
            "data": self.server.data_inside(assignment),
            "scratch": scratch,
            "uid": self.uid,
            "readable": [*confinement.readable_paths(), self.server.data_inside(assignment)],
        }
        with theirs:
            try:
                socket.send_fds(self._control, [json.dumps(request).encode()], [theirs.fileno()])
            except OSError:
                raise SandboxError(f"the fork server is gone: {self.server.last_words()}") from None
        answer = self._reply(30.0)
        if "error" in answer:
            ours.close()
            raise SandboxError(str(answer["error"]))
        return ours

    def interrupt(self) -> None:
        """Interrupts the submission; returns once the signal is sent, so that it cannot hit a later call."""
        self._send({"op": "interrupt"})
        self._reply(30.0)

    def kill(self) -> dict[str, Any]:
        """Ends the submission; returns once every process of it is gone. ``reason`` says why it ended."""
        self._send({"op": "kill"})
        return self._reply(30.0)

    def close(self) -> None:
        self._control.close()

    def _send(self, request: dict[str, Any]) -> None:
        try:
            self._control.send(json.dumps(request).encode())
        except OSError:
            raise SandboxError(f"the fork server is gone: {self.server.last_words()}") from None

    def _reply(self, seconds: float) -> dict[str, Any]:
        self._control.settimeout(seconds)
        try:
            message = self._control.recv(65536)
        except TimeoutError:
            raise SandboxError(f"the fork server does not answer: {self.server.last_words()}") from None
        except OSError:
            message = b""
        if not message:
            raise SandboxError(f"the fork server is gone: {self.server.last_words()}")
        answer: dict[str, Any] = json.loads(message)
        return answer
