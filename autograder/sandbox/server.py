"""The fork server: imports the scientific stack once, then forks a shut-in process for every submission.

Run as ``python -m autograder.sandbox.server MODE FD [FD …]`` inside the confinement; each FD is a control socket of one
grader process, over which it says start, interrupt and kill, one submission at a time. The server never reads anything
that a student's process writes.
"""

from __future__ import annotations

import gc
import itertools
import json
import os
import select
import signal
import socket
import sys
import tempfile
import time
import traceback
from contextlib import nullcontext
from dataclasses import dataclass
from typing import Any

from autograder.sandbox import isolation, processes
from autograder.sandbox.channel import Channel
from autograder.sandbox.limits import Limits

WATCH_SECONDS = 0.05
SCRATCH_SECONDS = 0.5
END_SECONDS = 10.0
FEW_FORKS, PAGES_AT_A_TIME = 6, 4


@dataclass
class Running:
    """A submission's first process, seen from here, and why it was killed, if it was."""

    pid: int
    limits: Limits
    uid: int  # the submission's own user, or 0
    scratch: str  # its folder, where it has no file system of its own
    shared: tuple[int, int]  # bytes of address space and of memory that it had of this server when it was forked
    reason: str = ""
    status: int | None = None
    weighed: float = 0.0


class Server:
    """Waits on the control sockets, forks, watches memory and processes, and reaps."""

    def __init__(self, mode: str, controls: list[socket.socket]) -> None:
        self._mode = mode
        self._namespaces = mode == "bubblewrap"
        self._controls = controls
        self._running: dict[int, Running] = {}  # by the control socket's descriptor
        self._page = os.sysconf("SC_PAGE_SIZE")
        self._forks = 0

    def serve(self) -> None:
        for control in self._controls:
            control.send(b'{"alive": true}')
        from autograder.sandbox import warm

        self._shell = warm.warm_shell(os.environ.get("AUTOGRADER_WARM", "").split())
        self._to_gather = warm.gather_in_huge_pages()
        for control in self._controls:
            control.send(b'{"ready": true}')
        while self._controls:
            timeout = WATCH_SECONDS if self._running else None
            for control in select.select(self._controls, [], [], timeout)[0]:
                self._handle(control)
            self._watch()
            if self._forks > FEW_FORKS:  # it pays for a class only; a little at a time, for it keeps everybody waiting
                for _ in itertools.islice(self._to_gather, PAGES_AT_A_TIME):
                    pass
        home = os.environ["HOME"]
        if not self._namespaces and os.path.basename(home).startswith("fork-server-"):  # made for this server
            isolation.remove(home)

    def _handle(self, control: socket.socket) -> None:
        try:
            message, descriptors, _, _ = socket.recv_fds(control, 65536, 1)
            if message:
                control.send(json.dumps(self._answer(control.fileno(), json.loads(message), descriptors)).encode())
                return
        except OSError:
            pass
        # the grader process is gone: so is its submission, and what it would have deleted
        running = self._running.get(control.fileno())
        self._kill(control.fileno())
        if running is not None and running.scratch:
            isolation.remove(running.scratch)
        self._controls.remove(control)
        control.close()

    def _answer(self, key: int, request: dict[str, Any], descriptors: list[int]) -> dict[str, Any]:
        if request["op"] == "start":
            try:
                return self._start(key, request, descriptors[0])
            finally:
                os.close(descriptors[0])
        if request["op"] == "kill":
            return self._kill(key)
        running = self._running.get(key)
        if running is not None and not self._has_ended(running):
            os.kill(running.pid, signal.SIGUSR1)
        return {"interrupted": True}

    def _start(self, key: int, request: dict[str, Any], descriptor: int) -> dict[str, Any]:
        limits = Limits(**request["limits"])
        in_user_namespace = self._namespaces and not request["uid"]
        try:
            fork = self._fork_twice if in_user_namespace else self._fork
            answer = fork(request, limits, descriptor)
        except OSError as error:
            return {"error": f"the fork server cannot fork: {error.strerror}"}
        if not answer.isdigit():
            return {"error": answer or "the submission's process could not be made"}
        self._forks += 1
        uid = 0 if self._mode == "none" else request["uid"]
        shared = processes.sizes(os.getpid(), self._page)
        self._running[key] = Running(int(answer), limits, uid, request["scratch"], shared)
        return {"started": int(answer)}

    def _fork(self, request: dict[str, Any], limits: Limits, descriptor: int) -> str:
        """Forks the student's process; its pid. One fork, since each copies this process's page tables."""
        with isolation.pid_namespace() if self._namespaces else nullcontext():
            pid = os.fork()
            if pid == 0:
                self._live_as_student(request, limits, descriptor, alone=self._namespaces)
        return str(pid)

    def _fork_twice(self, request: dict[str, Any], limits: Limits, descriptor: int) -> str:
        """Forks a process that enters a user namespace and forks the student's process there; its pid, or an error."""
        pid_reader, pid_writer = os.pipe()
        try:
            first = os.fork()
        except OSError:
            os.close(pid_reader)
            os.close(pid_writer)
            raise
        if first == 0:
            self._leave_server(request, limits, descriptor, pid_writer)
        os.close(pid_writer)
        with os.fdopen(pid_reader) as stream:
            answer = stream.read()
        os.waitpid(first, 0)
        return answer

    def _leave_server(self, request: dict[str, Any], limits: Limits, descriptor: int, pid_writer: int) -> None:
        """In the first fork: new namespaces, the fork that becomes the student's process, and away."""
        try:
            isolation.enter_namespaces(limits.scratch, request["uid"], request["readable"])
            second = os.fork()
        except BaseException as error:
            os.write(pid_writer, f"the submission could not be confined: {error}".encode())
            os._exit(1)
        if second:
            os.write(pid_writer, str(second).encode())
            os._exit(0)
        self._live_as_student(request, limits, descriptor, alone=False)

    def _live_as_student(self, request: dict[str, Any], limits: Limits, descriptor: int, *, alone: bool) -> None:
        """The whole life of the student's process; ``alone`` where it has yet to enter namespaces. Does not return."""
        try:
            if alone:
                isolation.enter_namespaces(limits.scratch, request["uid"], request["readable"])
            self._become_student(request, limits, descriptor)
        except BaseException:
            _leave_word(descriptor, traceback.format_exc())
        finally:
            os._exit(70)

    def _become_student(self, request: dict[str, Any], limits: Limits, descriptor: int) -> None:
        from autograder.sandbox import student

        os.setsid()
        gc.enable()
        isolation.close_descriptors(descriptor)
        if self._namespaces:
            isolation.become_init()
            os.mkdir("/tmp/work")
            _enter("/tmp/work", request)
            os.chown("/tmp/work", request["uid"] or -1, request["uid"] or -1)
            isolation.set_limits(limits)
            isolation.drop_privileges(request["uid"])
            isolation.filter_system_calls()
        else:
            _enter(request["scratch"], request)
            os.environ.update(HOME=os.getcwd(), TMPDIR=os.getcwd())
            tempfile.tempdir = None
            if self._mode == "restricted":
                from autograder.sandbox import restricted

                restricted.shut_in(request["scratch"], request["uid"], request["readable"], limits)
        channel = Channel(socket.socket(fileno=descriptor), 1 << 32)
        student.serve(self._shell, channel, limits, request["device"])
        os._exit(0)

    def _kill(self, key: int) -> dict[str, Any]:
        """Ends the submission of a control socket, waits until all its processes are gone, says how it ended."""
        running = self._running.pop(key, None)
        if running is None:
            return {"reason": "gone", "status": 0}
        if not self._has_ended(running):
            self._end(running, "killed")
        elif not self._namespaces:
            self._end_without_namespace(running)
        return {"reason": running.reason or "ended", "status": running.status}

    def _has_ended(self, running: Running) -> bool:
        if running.status is None:
            pid, status = os.waitpid(running.pid, os.WNOHANG)
            if pid:
                running.status = status
        return running.status is not None

    def _end(self, running: Running, reason: str) -> None:
        """Kills every process of a submission; with its first process the kernel ends the others of the namespace."""
        running.reason = running.reason or reason
        if not self._namespaces:
            self._end_without_namespace(running)
        if running.status is None:
            processes.send_signal(running.pid, signal.SIGKILL)
            _, running.status = os.waitpid(running.pid, 0)

    def _end_without_namespace(self, running: Running) -> None:
        """Everything of the submission's own user; where it has none, everything that descends from its process.

        Processes whose parents ended become this server's children, so that nothing that descends from it escapes.
        """
        others = {other.pid for other in self._running.values()} - {running.pid}
        deadline = time.monotonic() + END_SECONDS
        while time.monotonic() < deadline:
            if running.uid:
                processes.kill_user(running.uid)
            children = processes.children_by_parent()
            roots = [pid for pid in children.get(os.getpid(), ()) if pid not in others]
            if not roots:
                return
            family = [pid for root in roots for pid in processes.descendants(root, children)]
            for number in (signal.SIGSTOP, signal.SIGKILL):  # first all still, so that none is born meanwhile
                for pid in family:
                    processes.send_signal(pid, number)
            if running.status is None:
                _, running.status = os.waitpid(running.pid, 0)
            for pid in roots:
                processes.reap(pid)

    def _watch(self) -> None:
        """Kills a submission whose processes together use more memory, or are more, than it may have."""
        now = time.monotonic()
        if not self._running or now - getattr(self, "_watched", 0.0) < WATCH_SECONDS:
            return
        self._watched = now
        children = processes.children_by_parent()
        if not self._namespaces:
            processes.kill_strays(children, {running.pid for running in self._running.values()})
        for running in self._running.values():
            if not self._has_ended(running):
                reason = self._excess(running, processes.descendants(running.pid, children), now)
                if reason:
                    self._end(running, reason)

    def _excess(self, running: Running, family: list[int], now: float) -> str:
        """What a submission has too much of: processes, memory or files; empty where it keeps to its limits."""
        if len(family) > running.limits.processes:
            return "processes"
        sizes = [processes.sizes(pid, self._page) for pid in family]
        # a process more counts what it shares with its parent once more; only when that seems too much, ask exactly
        resident = sum(resident for _, resident in sizes) - running.shared[1]
        if resident > running.limits.memory < sum(map(processes.proportional, family)):
            return "memory"
        # shared memory that is let go of stays in use as long as it is mapped, and counts nowhere else
        mapped = sum(max(mapped - running.shared[0], 0) for mapped, _ in sizes)
        if mapped > running.limits.memory < max(map(processes.shared, family)):
            return "memory"
        if not self._namespaces and now - running.weighed > SCRATCH_SECONDS:
            running.weighed = now
            if processes.weight(running.scratch) > running.limits.scratch:
                return "scratch"
        return ""


def _leave_word(descriptor: int, text: str) -> None:
    """The grader reads this instead of an answer, as the fault of the sandbox that it is."""
    Channel(socket.socket(fileno=descriptor), 0).send({"fault": text})


def _enter(work: str, request: dict[str, Any]) -> None:
    """The folder that student code runs in, with the assignment's public data beside it."""
    os.chdir(work)
    if request["data"] and not os.path.lexists("data"):
        os.symlink(request["data"], "data")


def main(arguments: list[str]) -> None:
    mode, *descriptors = arguments
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the grader, which then closes the control sockets
    libc_prctl = isolation._libc.prctl
    libc_prctl(36, 1, 0, 0, 0)  # PR_SET_CHILD_SUBREAPER: the student's process becomes this server's child
    Server(mode, [socket.socket(fileno=int(d)) for d in descriptors]).serve()


if __name__ == "__main__":
    main(sys.argv[1:])
