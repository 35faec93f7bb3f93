"""Releasing an assignment for Gradescope: the zip of its autograder, with this project's judge and sandbox.

    release-gradescope/<assignment>.zip

It holds the references and the course's secret, so it is for Gradescope's "Configure autograder" page alone.
"""

from __future__ import annotations

import os
import stat
import tempfile
import zipfile
from importlib.metadata import version
from pathlib import Path

from autograder.adapters.gradescope import COURSE, PACKAGE
from autograder.adapters.otter import copy_package, copy_references
from autograder.config import CONFIGURATION
from autograder.course import Course
from autograder.secret import FILE

FOLDER = "release-gradescope"
LIBRARIES = ("numpy", "scipy", "matplotlib", "ipython", "traitlets")
TORCH = ("torch", "torchvision")

SETUP = """#!/usr/bin/env bash
# Run once, by root, when Gradescope builds the image.
set -euo pipefail
source="${AUTOGRADER_ROOT:-/autograder}/source"
export DEBIAN_FRONTEND=noninteractive
apt-get update
apt-get install -y --no-install-recommends bubblewrap

recent() { command -v "$1" > /dev/null && "$1" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))'; }
for python in python3 python3.13 python3.12 python3.11 none; do
  recent "$python" && break
  [ "$python" = none ] || apt-get install -y --no-install-recommends "$python" "$python-venv" || continue
  recent "$python" && break
done
"$python" -m venv /opt/autograder
/opt/autograder/bin/python -m pip install --no-cache-dir -r "$source/requirements.txt"

chown -R root:root "$source"
chmod -R u=rwX,go= "$source/course"
chmod -R u=rwX,go=rX "$source/package"
"""

RUN = """#!/usr/bin/env bash
# Run by root, once a submission.
export AUTOGRADER_ROOT="${AUTOGRADER_ROOT:-/autograder}"
export PYTHONPATH="$AUTOGRADER_ROOT/source/package"
exec "${AUTOGRADER_PYTHON:-/opt/autograder/bin/python}" -P -m autograder.adapters.gradescope
"""


def release_gradescope(course: Course, assignment: str) -> list[Path]:
    """Makes the zip of ``assignment`` in release-gradescope/. Raises NoCourse where there is no such assignment."""
    course.names_of(assignment)
    target = course.root / FOLDER / f"{assignment}.zip"
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent) as folder:
        content = Path(folder) / "content"
        write_content(course, assignment, content)
        zipped = Path(folder) / "autograder.zip"
        pack(content, zipped)
        zipped.chmod(0o600)
        zipped.replace(target)
    return [target]


def write_content(course: Course, assignment: str, content: Path) -> None:
    """Everything that is unpacked as Gradescope's source/, with the modes that it is to have."""
    inside = content / COURSE
    inside.mkdir(parents=True)
    copy_references(course.root, assignment, inside)
    if (course.root / CONFIGURATION).exists():
        (inside / CONFIGURATION).write_bytes((course.root / CONFIGURATION).read_bytes())
    (inside / FILE).write_text(course.secret.hex() + "\n", encoding="ascii")
    (content / PACKAGE).mkdir()
    copy_package(content / PACKAGE)
    (content / "requirements.txt").write_text(requirements(course), encoding="ascii")
    for name, text in (("setup.sh", SETUP), ("run_autograder", RUN)):
        (content / name).write_text(text, encoding="ascii", newline="\n")
    for path in content.rglob("*"):
        runs = path.is_dir() or path.name in ("setup.sh", "run_autograder")
        own = path.relative_to(content).parts[0] == COURSE
        path.chmod((0o700 if runs else 0o600) if own else (0o755 if runs else 0o644))


def requirements(course: Course) -> str:
    """The libraries that answers may use, in the versions that grade here, so that both grade alike."""
    names = [*LIBRARIES, *(TORCH if "torch" in course.libraries else ())]
    return "".join(f"{name}=={version(name).partition('+')[0]}\n" for name in names)


def pack(folder: Path, target: Path) -> None:
    """Zips a folder, with the modes of its files."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as zipped:
        for path in sorted(folder.rglob("*")):
            name = path.relative_to(folder).as_posix()
            mode = os.stat(path).st_mode
            entry = zipfile.ZipInfo(f"{name}/" if stat.S_ISDIR(mode) else name)
            entry.external_attr = mode << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            zipped.writestr(entry, b"" if stat.S_ISDIR(mode) else path.read_bytes())
