"""The processes of a submission, seen from the fork server: who descends from whom, what they use, and their end."""

from __future__ import annotations

import os
import signal


def proportional(pid: int) -> int:
    """Bytes of memory, pages that several processes share divided among them."""
    try:
        with open(f"/proc/{pid}/smaps_rollup") as stream:
            return next(int(line.split()[1]) * 1024 for line in stream if line.startswith("Pss:"))
    except (OSError, StopIteration):
        return 0


def sizes(pid: int, page: int) -> tuple[int, int]:
    """Bytes of address space and of memory of a process."""
    try:
        with open(f"/proc/{pid}/statm") as stream:
            mapped, resident = stream.read().split()[:2]
            return int(mapped) * page, int(resident) * page
    except (OSError, ValueError):
        return 0, 0


def shared(pid: int) -> int:
    """Bytes of shared memory without a file that a process has mapped."""
    total = 0
    try:
        with open(f"/proc/{pid}/maps") as stream:
            for line in stream:
                if line.endswith("/dev/zero (deleted)\n"):
                    first, last = line.split(" ", 1)[0].split("-")
                    total += int(last, 16) - int(first, 16)
    except (OSError, ValueError):
        pass
    return total


def weight(folder: str) -> int:
    """Bytes of the files in a folder, of which nothing but the sizes is looked at."""
    total, waiting = 0, [folder]
    while waiting:
        try:
            with os.scandir(waiting.pop()) as entries:
                for entry in entries:
                    status = entry.stat(follow_symlinks=False)
                    total += status.st_blocks * 512 + 512
                    if entry.is_dir(follow_symlinks=False):
                        waiting.append(entry.path)
        except OSError:
            continue
    return total


def children_by_parent() -> dict[int, list[int]]:
    """Every process that this one can see, by its parent."""
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


def descendants(pid: int, children: dict[int, list[int]] | None = None) -> list[int]:
    """A process and all that descend from it."""
    children = children_by_parent() if children is None else children
    found, queue = [pid], [pid]
    while queue:
        for child in children.get(queue.pop(), ()):
            found.append(child)
            queue.append(child)
    return found


def send_signal(pid: int, number: int) -> None:
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        pass


def reap(pid: int) -> None:
    try:
        os.waitpid(pid, os.WNOHANG)
    except ChildProcessError:
        pass


def kill_user(uid: int) -> None:
    """Kills every process of a user at once, which none can outrun by forking."""
    helper = os.fork()
    if helper == 0:
        try:
            os.setresuid(uid, uid, uid)
            os.kill(-1, signal.SIGKILL)
        finally:
            os._exit(0)
    os.waitpid(helper, 0)


def kill_strays(children: dict[int, list[int]], known: set[int]) -> None:
    """Without a pid namespace, processes that a submission left behind become this server's children."""
    for pid in children.get(os.getpid(), ()):
        if pid not in known:
            send_signal(pid, signal.SIGKILL)
            reap(pid)
