"""Claims about the repository itself: style, types, and what a wheel may hold."""

from __future__ import annotations

import ast
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from autograder.course import Course

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "autograder"
CORE = (
    "exercise tolerance judge oracle verdict messages plain prepare prepared runtime frozen freeze check table".split()
)
INSIDE = ("server", "warm", "processes", "isolation", "seccomp", "student", "recorder", "restricted")
EDGES = ("adapters", "grading", "notebooks", "report", "sandbox")


def test_code_is_clean_to_ruff() -> None:
    done = subprocess.run([sys.executable, "-m", "ruff", "check", "."], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


def test_types_hold_strictly() -> None:
    done = subprocess.run([sys.executable, "-m", "mypy", "autograder"], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


def imported(path: Path) -> set[str]:
    """The modules of this package that a file imports, anywhere in it."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
        elif isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
    return {name for name in found if name.startswith("autograder")}


@pytest.mark.parametrize("module", CORE)
def test_core_module_imports_no_adapter_no_challenge_and_no_grading(module: str) -> None:
    reached = imported(PACKAGE / f"{module}.py")
    assert not [name for name in reached if name.split(".")[1:2] and name.split(".")[1] in EDGES]


@pytest.mark.parametrize("module", INSIDE)
def test_module_that_runs_inside_the_sandbox_reaches_nothing_of_the_grader(module: str) -> None:
    allowed = {f"autograder.{name}" for name in ("messages", "oracle", "plain", "runtime", "torchvision_shim")}
    on_both_sides = ("channel", "limits", "outputs")
    allowed |= {f"autograder.sandbox.{name}" for name in (*INSIDE, *on_both_sides)} | {"autograder.sandbox"}
    allowed |= {"autograder.check"}  # of the core, which released notebooks import anyway
    modules = {name for name in imported(PACKAGE / "sandbox" / f"{module}.py") if _is_module(name)}
    assert modules <= allowed | {"autograder"}
    for name in ("messages", "oracle", "plain", "runtime", "torchvision_shim"):
        reached = {each for each in imported(PACKAGE / f"{name}.py") if _is_module(each)}
        assert reached <= allowed | {"autograder"}, name


def _is_module(name: str) -> bool:
    path = ROOT / Path(*name.split("."))
    return path.is_dir() or path.with_suffix(".py").is_file()


def test_nothing_in_the_package_unpickles() -> None:
    for path in PACKAGE.rglob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        names = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
        names |= {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
        assert not names & {"pickle", "dill", "cloudpickle", "marshal", "shelve", "joblib"}, path


def test_wheel_holds_the_package_and_nothing_hidden(tmp_path: Path, course: Course) -> None:
    copy = tmp_path / "copy"  # building leaves folders behind
    shutil.copytree(PACKAGE, copy / "autograder", ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md"):
        shutil.copy(ROOT / name, copy / name)
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", ".", "-w"]
    subprocess.run([*command, str(tmp_path)], cwd=copy, check=True, capture_output=True)
    wheel = zipfile.ZipFile(next(tmp_path.glob("*.whl")))
    assert {name.split("/")[0].split("-")[0] for name in wheel.namelist()} == {"autograder"}
    text = "\n".join(wheel.read(name).decode(errors="replace") for name in wheel.namelist())
    for challenge in course.challenges.values():
        for exercise in challenge.exercises.values():
            hidden = [case.name for case in exercise.cases if not case.public]
            assert not [name for name in hidden if f"def {name}(" in text]
        for question in challenge.questions.values():
            assert question.answer not in text
            assert not [what for _, what in question.rubric if what in text]

