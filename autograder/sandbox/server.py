"""The fork server: imports the scientific stack once, then forks a shut-in process for every submission.

Run as ``python -m autograder.sandbox.server MODE FD [FD …]`` inside the confinement; each FD is a control socket of one
grader process, over which it says start, interrupt and kill, one submission at a time. The server never reads anything
that a student's process writes.
"""

from __future__ import annotations

import gc
import json
import os
import select
import signal
import socket
import sys
import time
import traceback
from dataclasses import dataclass
from typing import Any

from autograder.sandbox import isolation
from autograder.sandbox.channel import Channel
from autograder.sandbox.limits import Limits

WATCH_SECONDS = 0.05


@dataclass
class Running:
    """A submission's first process, seen from here, and why it was killed, if it was."""

    pid: int
    limits: Limits
    reason: str = ""
    status: int | None = None
    usage: int = 0


class Server:
    """Waits on the control sockets, forks, watches memory and processes, and reaps."""

    def __init__(self, mode: str, controls: list[socket.socket]) -> None:
        self._mode = mode
        self._controls = controls
        self._running: dict[int, Running] = {}  # by the control socket's descriptor
        self._page = os.sysconf("SC_PAGE_SIZE")

    def serve(self) -> None:
        from autograder.sandbox.student import make_shell

        _import_everything()
        self._shell = make_shell()
        gc.collect()
        gc.freeze()  # objects made so far are never collected, so forks keep sharing their pages
        self._baseline = _resident(os.getpid()) * self._page
        for control in self._controls:
            control.send(b'{"ready": true}')
        while self._controls:
            timeout = WATCH_SECONDS if self._running else None
            for control in select.select(self._controls, [], [], timeout)[0]:
                self._handle(control)
            self._reap()
            self._watch()

    def _handle(self, control: socket.socket) -> None:
        message, descriptors, _, _ = socket.recv_fds(control, 65536, 1)
        if not message:  # the grader process is gone: so is its submission
            self._kill(control.fileno(), "")
            self._controls.remove(control)
            control.close()
            return
        request: dict[str, Any] = json.loads(message)
        running = self._running.get(control.fileno())
        if request["op"] == "start":
            control.send(json.dumps(self._start(control.fileno(), request, descriptors[0])).encode())
        elif request["op"] == "interrupt":
            if running is not None and running.status is None:
                os.kill(running.pid, signal.SIGUSR1)
        elif request["op"] == "kill":
            control.send(json.dumps(self._kill(control.fileno(), "killed")).encode())

    def _start(self, key: int, request: dict[str, Any], descriptor: int) -> dict[str, Any]:
        limits = Limits(**request["limits"])
        pid_reader, pid_writer = os.pipe()
        first = os.fork()
        if first == 0:
            self._leave_server(request, limits, descriptor, pid_writer)
        os.close(pid_writer)
        os.close(descriptor)
        with os.fdopen(pid_reader) as stream:
            answer = stream.read()
        os.waitpid(first, 0)
        if not answer.isdigit():
            return {"error": answer or "the submission's process could not be made"}
        self._running[key] = Running(int(answer), limits)
        return {"started": int(answer)}

    def _leave_server(self, request: dict[str, Any], limits: Limits, descriptor: int, pid_writer: int) -> None:
        """In the first fork: new namespaces, the fork that becomes the student's process, and away."""
        try:
            if self._mode == "bubblewrap":
                isolation.enter_namespaces(limits.scratch, request["uid"])
            second = os.fork()
        except BaseException as error:
            os.write(pid_writer, f"the submission could not be confined: {error}".encode())
            os._exit(1)
        if second:
            os.write(pid_writer, str(second).encode())
            os._exit(0)
        try:
            self._become_student(request, limits, descriptor)
        except BaseException:
            _leave_word(descriptor, traceback.format_exc())
        finally:
            os._exit(70)

    def _become_student(self, request: dict[str, Any], limits: Limits, descriptor: int) -> None:
        from autograder.sandbox import student

        os.setsid()
        gc.enable()
        if self._mode == "bubblewrap":
            isolation.become_init()
        work = "/tmp/work" if self._mode == "bubblewrap" else request["scratch"]
        os.makedirs(work, exist_ok=True)
        os.chown(work, request["uid"] or -1, request["uid"] or -1)
        os.chdir(work)
        if request["data"]:
            os.symlink(request["data"], "data")
        isolation.close_descriptors(descriptor)
        isolation.set_limits(limits)
        if self._mode == "bubblewrap":
            isolation.drop_privileges(request["uid"])
            isolation.filter_system_calls(network=False)
        elif self._mode == "restricted":
            from autograder.sandbox import restricted

            restricted.shut_in(work, request["uid"], request["readable"])
        channel = Channel(socket.socket(fileno=descriptor), 1 << 32)
        student.serve(self._shell, channel, limits, request["device"])
        os._exit(0)

    def _kill(self, key: int, reason: str) -> dict[str, Any]:
        """Ends the submission of a control socket, waits until all its processes are gone, says how it ended."""
        running = self._running.pop(key, None)
        if running is None:
            return {"reason": "gone", "status": 0}
        if running.status is None:
            members = [] if self._mode == "bubblewrap" else _family(running.pid)
            os.kill(running.pid, signal.SIGKILL)
            _, running.status = os.waitpid(running.pid, 0)
            _kill_all(members)
            running.reason = running.reason or reason
        return {"reason": running.reason or "ended", "status": running.status}

    def _reap(self) -> None:
        for running in self._running.values():
            if running.status is None:
                pid, status = os.waitpid(running.pid, os.WNOHANG)
                if pid:
                    running.status = status
        if self._mode != "bubblewrap":
            _reap_strays({running.pid for running in self._running.values()})

    def _watch(self) -> None:
        """Kills a submission whose processes together use more memory, or are more, than it may have."""
        now = time.monotonic()
        if not self._running or now - getattr(self, "_watched", 0.0) < WATCH_SECONDS:
            return
        self._watched = now
        children = _children_by_parent()
        for running in self._running.values():
            if running.status is not None:
                continue
            family = _descendants(running.pid, children)
            if len(family) > running.limits.processes:
                running.reason = "processes"
            # a process more counts what it shares with its parent once more; only when that seems too much, ask exactly
            elif self._memory(family) > running.limits.memory < sum(map(_proportional, family)):
                running.reason = "memory"
            else:
                continue
            for pid in [running.pid] if self._mode == "bubblewrap" else family:
                _signal(pid)
            _, running.status = os.waitpid(running.pid, 0)


    def _memory(self, family: list[int]) -> int:
        """Bytes that a submission uses beyond what it shares with this server."""
        return sum(max(_resident(pid) * self._page - self._baseline, 0) for pid in family)


def _leave_word(descriptor: int, text: str) -> None:
    """The grader reads this instead of an answer, as the fault of the sandbox that it is."""
    Channel(socket.socket(fileno=descriptor), 0).send({"fault": text})


def _import_everything() -> None:
    """What students import, so that their own imports cost nothing."""
    os.environ["MPLBACKEND"] = "module://matplotlib_inline.backend_inline"
    import matplotlib.pyplot  # noqa: F401
    import matplotlib_inline.backend_inline  # noqa: F401
    import scipy.integrate  # noqa: F401
    import scipy.interpolate  # noqa: F401
    import scipy.linalg  # noqa: F401
    import scipy.optimize  # noqa: F401
    import scipy.sparse.linalg  # noqa: F401
    import scipy.stats  # noqa: F401

    # fonts are looked for and the renderers made on the first figure
    figure, axes = matplotlib.pyplot.subplots()
    axes.set_title("$x_i$")
    figure.savefig(os.devnull, format="png")
    matplotlib.pyplot.close("all")

    try:
        import torch
    except ImportError:  # a course without PyTorch
        return
    torch.set_num_threads(1)  # also keeps a thread pool, which no fork survives, from being made
    import torch.nn.functional  # noqa: F401
    import torch.optim  # noqa: F401
    import torch.utils.data  # noqa: F401

    from autograder.torchvision_shim import import_torchvision

    import_torchvision()


def _proportional(pid: int) -> int:
    """Bytes of memory, pages that several processes share divided among them."""
    try:
        with open(f"/proc/{pid}/smaps_rollup") as stream:
            return next(int(line.split()[1]) * 1024 for line in stream if line.startswith("Pss:"))
    except (OSError, StopIteration):
        return 0


def _resident(pid: int) -> int:
    try:
        with open(f"/proc/{pid}/statm") as stream:
            return int(stream.read().split()[1])
    except (OSError, IndexError, ValueError):
        return 0


def _children_by_parent() -> dict[int, list[int]]:
    children: dict[int, list[int]] = {}
    for name in os.listdir("/proc"):
        if name.isdigit():
            try:
                with open(f"/proc/{name}/stat") as stream:
                    parent = int(stream.read().rpartition(")")[2].split()[1])
            except (OSError, ValueError, IndexError):
                continue
            children.setdefault(parent, []).append(int(name))
    return children


def _descendants(pid: int, children: dict[int, list[int]]) -> list[int]:
    found, queue = [pid], [pid]
    while queue:
        for child in children.get(queue.pop(), ()):
            found.append(child)
            queue.append(child)
    return found


def _family(pid: int) -> list[int]:
    return _descendants(pid, _children_by_parent())


def _signal(pid: int) -> None:
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        pass


def _kill_all(pids: list[int]) -> None:
    for pid in pids:
        _signal(pid)


def _reap_strays(known: set[int]) -> None:
    """Without a pid namespace, processes that a submission left behind become this server's children."""
    for pid in _children_by_parent().get(os.getpid(), ()):
        if pid not in known:
            _signal(pid)
            try:
                os.waitpid(pid, os.WNOHANG)
            except ChildProcessError:
                pass


def main(arguments: list[str]) -> None:
    mode, *descriptors = arguments
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the grader, which then closes the control sockets
    libc_prctl = isolation._libc.prctl
    libc_prctl(36, 1, 0, 0, 0)  # PR_SET_CHILD_SUBREAPER: the student's process becomes this server's child
    Server(mode, [socket.socket(fileno=int(d)) for d in descriptors]).serve()


if __name__ == "__main__":
    main(sys.argv[1:])
