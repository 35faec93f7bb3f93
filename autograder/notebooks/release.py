"""Releasing an assignment: source notebooks, nbgrader's own generate step, and what students need beside them.

    source/<assignment>/*.md        text notebooks, one a challenge
    source/<assignment>/*.ipynb     ordinary nbgrader notebooks, which go to nbgrader as they are
    source/<assignment>/…           anything else but Python scripts is copied (data, figures)
    .build/source/<assignment>/     the source notebooks that are made, with references: nbgrader's source folder
    release/<assignment>/           for students
"""

from __future__ import annotations

import json
import logging
import re
import shutil
import tempfile
from collections.abc import Iterable
from pathlib import Path

import nbformat
from nbgrader.converters import GenerateAssignment
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import ClearSolutions, NbGraderPreprocessor, SaveCells
from traitlets.config import Config

from autograder.adapters.nbgrader import own_commands
from autograder.config import load
from autograder.course import load_challenges
from autograder.exercise import Challenge
from autograder.freeze import freeze
from autograder.notebooks.text import UNSOLVED, source_notebook

BUILD = ".build"
IGNORED = [".ipynb_checkpoints", "*.pyc", "__pycache__", "feedback"]  # nbgrader's own
LIGHT_CORE = (
    "__init__ check frozen judge messages oracle plain prepared runtime table tolerance verdict".split()
)
REQUIREMENTS = ["jupyterlab", "matplotlib", "numpy", "scipy"]


class ReleaseError(Exception):
    """An assignment that cannot be released; the sentence says why. The former release is untouched."""


class KeepValueStubs(NbGraderPreprocessor):
    """``name = None`` is the whole stub of a value: the statement that ClearSolutions adds to it is taken away."""

    def preprocess_cell(self, cell, resources, cell_index):  # type: ignore[no-untyped-def]
        name = cell.metadata.get("nbgrader", {}).get("grade_id")
        if cell.source.endswith(f"{name} = None\n{UNSOLVED}"):
            cell.source = cell.source.removesuffix(f"\n{UNSOLVED}")
        return cell, resources


def nbgrader_settings() -> Config:
    """nbgrader's options that releasing and stock grading rely on, for a course's configuration too."""
    settings = Config()
    settings.ClearSolutions.code_stub = {"python": UNSOLVED}
    settings.ClearMarkScheme.enforce_metadata = False  # rubrics lie in read-only cells
    # a submission's own copy of the light core must not be imported by those who grade
    settings.CourseDirectory.ignore = [*IGNORED, "autograder", "*.cases.json"]
    steps = list(GenerateAssignment().preprocessors)
    steps.insert(steps.index(ClearSolutions) + 1, KeepValueStubs)
    settings.GenerateAssignment.preprocessors = steps
    return settings


def release(root: Path, assignment: str, *, into: Path | None = None, db_url: str | None = None) -> list[Path]:
    """Releases ``assignment`` of the course at ``root``; the released notebooks.

    ``into`` is the folder that gets release/ and .build/ (the course itself unless said); ``db_url`` names the
    gradebook in which nbgrader records the assignment, none unless said.

    Raises ReleaseError or DeclarationError, and then changes nothing in release/.
    """
    root, into = root.resolve(), (into or root).resolve()
    written = root / "source" / assignment
    if not written.is_dir():
        known = sorted(path.name for path in (root / "source").glob("*") if path.is_dir())
        raise ReleaseError(f"There is no folder source/{assignment}; the assignments are {', '.join(known) or 'none'}.")
    declared = load_challenges(root)
    challenges = {name: declared[name] for name in declared.assignments.get(assignment, ())}
    (into / BUILD).mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=into / BUILD) as folder:
        work = Path(folder)
        source, released = work / "source" / assignment, work / "release" / assignment
        placed = write_sources(written, challenges, source)
        course_id = load(root)[1].get("CourseDirectory", {}).get("course_id", "")
        generate(work, assignment, db_url, str(course_id or "default_course"))
        for challenge in placed:
            write_cases(challenge, released)
        write_requirements(source, released)
        copy_light_core(released)
        replace(source, into / BUILD / "source" / assignment)
        replace(released, into / "release" / assignment)
    return sorted((into / "release" / assignment).glob("*.ipynb"))


def write_sources(written: Path, challenges: dict[str, Challenge], source: Path) -> list[Challenge]:
    """Makes the folder of source notebooks; the challenges that are in it."""
    texts = sorted(written.glob("*.md"))
    shutil.copytree(written, source, ignore=lambda folder, names: not_copied(Path(folder), names, top=written))
    for text in texts:
        notebook = source / f"{text.stem}.ipynb"
        if text.stem not in challenges:
            raise ReleaseError(f"source/{written.name}/{text.name}: there is no such challenge.")
        if notebook.exists():
            raise ReleaseError(f"source/{written.name} has both {text.name} and {notebook.name}; delete one.")
        nbformat.write(source_notebook(text.read_text(encoding="utf-8"), challenges[text.stem]), notebook)
    return [challenges[text.stem] for text in texts]


def not_copied(folder: Path, names: list[str], *, top: Path) -> Iterable[str]:
    texts = [name for name in names if folder == top and name.endswith(".md")]
    scripts = [name for name in names if name.endswith((".py", ".pyc"))]
    return [*texts, *scripts, *(name for name in names if name.startswith(".") or name == "__pycache__")]


def generate(work: Path, assignment: str, db_url: str | None, course_id: str = "default_course") -> None:
    """nbgrader's generate step from ``work``/source to ``work``/release."""
    settings = nbgrader_settings()
    settings.CourseDirectory.root = str(work)
    settings.CourseDirectory.assignment_id = assignment
    if db_url is None:
        settings.GenerateAssignment.no_database = True
        settings.GenerateAssignment.preprocessors.remove(SaveCells)
    else:
        settings.CourseDirectory.db_url = db_url
        settings.CourseDirectory.course_id = course_id  # PostgreSQL insists that an assignment's course is there
    log, complaints = logging.Logger("release"), _Complaints()
    log.addHandler(complaints)
    course = CourseDirectory(config=settings, log=log)
    try:
        with own_commands():
            GenerateAssignment(coursedir=course, config=settings, log=log).start()
    except Exception as error:
        why = complaints.first or str(error)
        raise ReleaseError(f"nbgrader could not release {assignment}: {why}") from error


class _Complaints(logging.Handler):
    """Keeps the first error that nbgrader logs: the last line of its traceback says what is wrong."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.first = ""

    def emit(self, record: logging.LogRecord) -> None:
        lines = record.getMessage().strip().splitlines()
        if lines and lines[0].startswith("Traceback") and not self.first:
            self.first = lines[-1]


def write_cases(challenge: Challenge, released: Path) -> None:
    """The public cases of a challenge, beside its notebook."""
    text = json.dumps(freeze(challenge), ensure_ascii=False, indent=1) + "\n"
    (released / f"{challenge.name}.cases.json").write_text(text, encoding="utf-8", newline="\n")


def write_requirements(source: Path, released: Path) -> None:
    """What students install: PyTorch only where a notebook imports it."""
    notebooks = [nbformat.read(path, as_version=4) for path in sorted(source.glob("*.ipynb"))]
    code = "\n".join(cell.source for notebook in notebooks for cell in notebook.cells if cell.cell_type == "code")
    torch = ["torch", "torchvision"] if re.search(r"^\s*(import|from) torch\b", code, flags=re.M) else []
    (released / "requirements.txt").write_text("\n".join([*REQUIREMENTS, *torch]) + "\n", newline="\n")


def copy_light_core(released: Path) -> None:
    """The modules that ``check`` needs, so that the folder works alone."""
    package = Path(__file__).parent.parent
    (released / "autograder").mkdir()
    for module in LIGHT_CORE:
        shutil.copyfile(package / f"{module}.py", released / "autograder" / f"{module}.py")


def replace(new: Path, old: Path) -> None:
    """Puts the folder ``new`` in the place of ``old``."""
    old.parent.mkdir(parents=True, exist_ok=True)
    aside = new.with_name(f"{new.name}.former")
    if old.exists():
        old.rename(aside)
    try:
        new.rename(old)
    except OSError:
        if aside.exists():
            aside.rename(old)
        raise
