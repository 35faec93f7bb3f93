"""Releasing an assignment for Otter: a master notebook a challenge, through Otter's own ``otter assign``.

    release-otter/<assignment>/student/<challenge>/     what students get: notebook, public tests and cases, light core
    release-otter/<assignment>/autograder/<challenge>.zip   for `otter run`, `otter grade` or Gradescope

Nothing of it lies in release/, and the zip, which holds references and hidden cases, must not reach students.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
import textwrap
from pathlib import Path
from typing import Any

import jupytext
import nbformat
import yaml
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_raw_cell

from autograder.adapters.otter_tests import STARTS
from autograder.course import REFERENCES, Course
from autograder.exercise import Case, Challenge, Exercise, Question
from autograder.freeze import body
from autograder.notebooks import text as nbgrader_text
from autograder.notebooks.release import (
    ReleaseError,
    copy_light_core,
    not_copied,
    replace,
    write_cases,
    write_requirements,
)
from autograder.notebooks.text import UNSOLVED, expand, graded, metadata, refuse_misplaced, tidied, with_ids
from autograder.prepare import generator

FOLDER = "release-otter"
HIDDEN = "hidden_tests"
GRADING_REQUIREMENTS = ["ipython", "matplotlib", "numpy", "scipy", "torch", "torchvision", "traitlets"]
LIGHT_ADAPTER = ("__init__.py", "otter_tests.py")

_HIDDEN_MODULE = '''"""The hidden cases; Otter copies this folder beside a submission before it grades it."""

import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
for name in [name for name in sys.modules if name.split(".")[0] == "autograder"]:
    del sys.modules[name]  # what students have lacks the grader's half
sys.path.insert(0, str(HERE))

from autograder.adapters.otter_tests import hidden_tests_in  # noqa: E402

judge_all = hidden_tests_in(HERE)
'''


def release_otter(course: Course, assignment: str) -> list[Path]:
    """Releases ``assignment`` for Otter in release-otter/; the zips and the students' folders.

    Raises NoCourse, ReleaseError or DeclarationError, and then leaves the former release as it was.
    """
    challenges = course.of_assignment(assignment)
    target = course.root / FOLDER / assignment
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent) as folder:
        made = release_challenges(course.root, list(challenges.values()), course.secret, Path(folder))
        replace(made, target)
    return [*sorted(target.glob("autograder/*.zip")), *sorted(target.glob("student/*"))]


def release_challenges(root: Path, challenges: list[Challenge], secret: bytes, work: Path) -> Path:
    """Challenges of the course at ``root``, made in ``work``; the folder with student/ and autograder/."""
    for challenge in challenges:
        write_master(root, challenge, secret, work / challenge.name)
    assign(work, [challenge.name for challenge in challenges])
    made = work / "made"
    for name in (challenge.name for challenge in challenges):
        given, (zipped,) = work / name / "otter" / "student", (work / name / "otter" / "autograder").glob("*.zip")
        add_requirements(work / name, given)
        given.rename(_parent(made / "student" / name))
        zipped.rename(_parent(made / "autograder" / f"{name}.zip"))
    return made


def _parent(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    return path


def write_master(root: Path, challenge: Challenge, secret: bytes, work: Path) -> None:
    """The folder that ``otter assign`` is run in: master notebook, what students get beside it, the hidden tests."""
    source = root / "source" / challenge.assignment / f"{challenge.name}.md"
    if not source.is_file():
        raise ReleaseError(f"There is no text notebook {source.relative_to(root)}.")
    shutil.copytree(
        source.parent,
        work,
        ignore=lambda folder, names: [
            *not_copied(Path(folder), names, top=source.parent),
            *(name for name in names if name.endswith(".ipynb")),
        ],
    )
    copy_light_core(work)
    adapters = work / "autograder" / "adapters"
    adapters.mkdir()
    for module in LIGHT_ADAPTER:
        shutil.copyfile(Path(__file__).with_name(module), adapters / module)
    write_cases(challenge, work)
    files = sorted(path.name for path in work.iterdir())
    notebook = master_notebook(source.read_text(encoding="utf-8"), challenge, files)
    nbformat.write(notebook, work / f"{challenge.name}.ipynb")
    write_requirements(work, work)
    write_hidden_tests(root, challenge, secret, work / HIDDEN)


def write_hidden_tests(root: Path, challenge: Challenge, secret: bytes, folder: Path) -> None:
    """All that judging the hidden cases of one challenge takes, and nothing of the others."""
    folder.mkdir()
    (folder / "__init__.py").write_text(_HIDDEN_MODULE, encoding="ascii")
    copy_package(folder)
    copy_references(root, challenge.assignment, folder, only=challenge.name)
    starts = {
        name: {case.name: _start(secret, challenge, exercise, case) for case in exercise.cases if not case.public}
        for name, exercise in challenge.exercises.items()
    }
    (folder / STARTS).write_text(json.dumps(starts), encoding="ascii")


def _start(secret: bytes, challenge: Challenge, exercise: Exercise, case: Case) -> Any:
    return generator(secret, challenge.name, exercise.name, case.name, "").bit_generator.state


def copy_package(folder: Path) -> None:
    """This package, into ``folder``."""
    package = Path(__file__).resolve().parent.parent
    shutil.copytree(package, folder / "autograder", ignore=shutil.ignore_patterns("__pycache__"))


def copy_references(root: Path, assignment: str, folder: Path, *, only: str = "*") -> None:
    """The references of an assignment, or of one challenge, and the data that they read, as they lie in a course."""
    kept = folder / REFERENCES / assignment
    shutil.copytree(root / REFERENCES / assignment, kept, ignore=shutil.ignore_patterns("__pycache__"))
    for module in kept.glob("*.py"):
        if not module.match(f"{only}.py") and not module.name.startswith("_"):
            module.unlink()
    data = root / "source" / assignment / "data"
    if data.is_dir():
        shutil.copytree(data, folder / "source" / assignment / "data", ignore=shutil.ignore_patterns(".*"))


_ASSIGN = """
import sys
from otter.assign import main

for name in sys.argv[1:]:
    print(name, flush=True)
    main(f"{name}/{name}.ipynb", f"{name}/otter", no_pdfs=True)
"""


def assign(work: Path, names: list[str]) -> None:
    """Runs ``otter assign`` on master notebooks, all in one process, which takes seconds to start.

    Raises ReleaseError where Otter refuses one.
    """
    done = subprocess.run([sys.executable, "-c", _ASSIGN, *names], cwd=work, capture_output=True, text=True)
    if done.returncode != 0:
        at, said = done.stdout.split()[-1:], done.stderr.strip().splitlines()[-1:]
        raise ReleaseError(f"otter assign could not release {''.join(at or names)}: {''.join(said)}")


def add_requirements(work: Path, student: Path) -> None:
    """What students install: Otter's client too."""
    needed = (work / "requirements.txt").read_text(encoding="utf-8")
    (student / "requirements.txt").write_text(f"{needed}otter-grader\n", encoding="utf-8", newline="\n")


# --- the master notebook ----------------------------------------------------------------------------------------------


def master_notebook(text: str, challenge: Challenge, files: list[str]) -> NotebookNode:
    """Otter's master notebook of ``challenge``; ``files`` lie beside it and go to students and grader alike.

    Raises DeclarationError where the text notebook places something wrongly.
    """
    notebook = jupytext.reads(text, fmt="md")
    refuse_misplaced(notebook, challenge)
    notebook = expand(notebook, "setup", lambda cell, _: [new_code_cell(cell.source.rstrip(), id="setup")])
    notebook = expand(notebook, "supplied", lambda _, name: [nbgrader_text.supplied_cell(challenge.supplied[name])])
    notebook = expand(notebook, "exercise", lambda _, name: exercise_cells(challenge.exercises[name], challenge))
    notebook = expand(notebook, "question", lambda _, name: question_cells(challenge.questions[name]))
    cells = [assignment_cell(challenge, files), *map(_not_run_again, notebook.cells)]
    return new_notebook(cells=[*with_ids(map(tidied, cells))], metadata=metadata(challenge))


def assignment_cell(challenge: Challenge, files: list[str]) -> NotebookNode:
    settings = {
        "name": challenge.name,
        "requirements": GRADING_REQUIREMENTS,
        "files": files,
        "autograder_files": [HIDDEN],
        "tests": {"files": True, "ok_format": False},
        "export_cell": {"pdf": False, "run_tests": True},
        "run_tests": False,  # a test of this project compares Otter's scores with its own, on many more submissions
    }
    return _raw("ASSIGNMENT CONFIG", settings)


def exercise_cells(exercise: Exercise, challenge: Challenge) -> list[NotebookNode]:
    """The question with its solution and tests: the public cases as one test, and a test a hidden case."""
    hidden = [case for case in exercise.cases if not case.public]
    weights = sum(case.weight for case in hidden)
    tests = [_public_test(exercise, challenge, points=0 if hidden else exercise.points)]
    tests += [_hidden_test(exercise, case, exercise.points * case.weight / weights) for case in hidden]
    return [
        _raw("BEGIN QUESTION", {"name": exercise.name}),
        _raw("BEGIN SOLUTION"),
        new_code_cell(solution(exercise), metadata=graded(exercise.name, solution=True)),
        _raw("END SOLUTION"),
        _raw("BEGIN TESTS"),
        *tests,
        _raw("END TESTS"),
        _raw("END QUESTION"),
    ]


def solution(exercise: Exercise) -> str:
    """The stub with the reference in its place, between Otter's marks."""
    if exercise.is_value:
        return f"{exercise.stub()}\n{_solved(f'{exercise.name} = {exercise.reference!r}')}"
    head = exercise.stub().removesuffix(f"    {UNSOLVED}")
    prompt = f'""" # BEGIN PROMPT\n{UNSOLVED}\n"""; # END PROMPT'
    return head + textwrap.indent(f"{_solved(body(exercise.reference))}\n{prompt}", "    ")


def _solved(code: str) -> str:
    return f"# BEGIN SOLUTION NO PROMPT\n{code}\n# END SOLUTION"


def _public_test(exercise: Exercise, challenge: Challenge, points: float) -> NotebookNode:
    return _test(
        {"points": points},
        f"""def check_public_cases(env):
    from autograder.adapters.otter_tests import public_cases
    public_cases({exercise.name!r}, {challenge.name!r}, env, globals())""",
    )


def _hidden_test(exercise: Exercise, case: Case, points: float) -> NotebookNode:
    return _test(
        {"points": points, "hidden": True},
        f"""def {case.name}(env):
    from autograder.adapters.otter_tests import hidden_case
    hidden_case({exercise.name!r}, {case.name!r}, env, globals())""",
    )


def _test(settings: dict[str, Any], code: str) -> NotebookNode:
    return new_code_cell(f'""" # BEGIN TEST CONFIG\n{yaml.safe_dump(settings)}""" # END TEST CONFIG\n{code}')


def question_cells(question: Question) -> list[NotebookNode]:
    """A question for a person: the place of the answer, and rubric and model answer for Otter's solution notebook."""
    rubric = "\n".join(f"- {points:g}: {what}" for points, what in question.rubric)
    return [
        _raw("BEGIN QUESTION", {"name": question.name, "manual": True, "points": question.points}),
        new_markdown_cell(f"*{question.points:g} points, read by a person. Your answer:*"),
        _raw("BEGIN PROMPT"),
        new_markdown_cell("YOUR ANSWER HERE", metadata=graded(question.name, solution=True)),
        _raw("END PROMPT"),
        _raw("BEGIN SOLUTION"),
        new_markdown_cell(f"**Rubric**\n\n{rubric}\n\n**A model answer**\n\n{question.answer}"),
        _raw("END SOLUTION"),
        _raw("END QUESTION"),
    ]


def _raw(what: str, settings: dict[str, Any] | None = None) -> NotebookNode:
    return new_raw_cell(f"# {what}\n{yaml.safe_dump(settings, sort_keys=False) if settings else ''}".strip())


def _not_run_again(cell: NotebookNode) -> NotebookNode:
    """Cells for exploration, which only a person looks at, are left out when Otter grades."""
    if "exploration" in cell.metadata.get("tags", []):
        cell.metadata["tags"] = [*cell.metadata["tags"], "otter_ignore"]
    return cell
