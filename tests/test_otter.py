"""What Otter gets from us: nothing hidden for students, and the same points by its own `otter run`."""

import json
import os
import shutil
import subprocess
import sys
import zipfile
from itertools import zip_longest

import nbformat
import pytest
from nbclient import NotebookClient

from autograder.adapters.otter import release_challenges
from autograder.cli import main
from autograder.course import load_challenges
from autograder.grading.submission import Grader
from autograder.notebooks.fill import fill
from autograder.notebooks.read import parse
from autograder.sandbox.limits import Limits
from tests.conftest import notebook_bytes
from tests.submission_files import ROOT, all_files
from tests.test_release import contents, leaks, secrets_of
from tests.toy import toy_challenge, toy_course

SECRET = b"the secret of the tests"
CHALLENGES = list(load_challenges(ROOT))


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """Every challenge released for Otter: the student's folder and the zip, by name."""
    folder = release_challenges(ROOT, list(load_challenges(ROOT).values()), SECRET, tmp_path_factory.mktemp("otter"))
    return {name: (folder / "student" / name, folder / "autograder" / f"{name}.zip") for name in CHALLENGES}


@pytest.fixture(scope="module")
def toy(tmp_path_factory):
    """The toy course, with short calls, released for Otter by the command."""
    course = toy_course(tmp_path_factory.mktemp("toy"))
    reference = course / "reference_solutions" / "lecture9" / "toy.py"
    quick = reference.read_text().replace("points=3, tolerance=CLOSE", "points=3, tolerance=CLOSE, seconds=1")
    reference.write_text(quick)
    here = os.getcwd()
    os.chdir(course)
    try:
        assert main(["release", "lecture9", "--format", "otter"]) == 0
    finally:
        os.chdir(here)
    return course


def filled(student, challenge, cells):
    """The student's notebook with these answers, as JSON."""
    notebook = json.loads((student / f"{challenge}.ipynb").read_text(encoding="utf-8"))
    imports = next(cell for cell in notebook["cells"] if cell["id"] == "setup")
    imports["source"] = "".join(imports["source"]) + "\n" + cells.get("setup", "")
    return fill(notebook, {name: source for name, source in cells.items() if name != "setup"})


def otter_run(zipped, notebook, folder):
    """Points by exercise that stock `otter run` gives, and its whole results."""
    path = folder / "submission.ipynb"
    path.write_text(json.dumps(notebook), encoding="utf-8")
    command = [sys.executable, "-m", "otter", "run", path.name, "-a", str(zipped), "-o", ".", "--no-logo"]
    subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True, env=bare_environment())
    results = json.loads((folder / "results.json").read_text())
    return {test["name"]: test["score"] for test in results["tests"] if "score" in test}, results


def bare_environment():
    """Without a path to this project: what the zip and the bundle carry must do."""
    return {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "AUTOGRADER_SANDBOX")}


# --- the student bundle -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", CHALLENGES)
def test_otter_bundle_contains_no_reference_line_hidden_case_rubric_or_answer(name, made):
    secrets = set(secrets_of(load_challenges(ROOT)[name]))
    assert len(secrets) > 20
    assert leaks(made[name][0], secrets) == []


@pytest.mark.parametrize("name", CHALLENGES)
def test_otter_bundle_has_public_tests_of_no_points_only(name, made):
    tests = {path.stem: path.read_text() for path in (made[name][0] / "tests").glob("*.py")}
    assert sorted(tests) == sorted(load_challenges(ROOT)[name].exercises)
    for text in tests.values():
        assert text.count("@test_case(points=0, hidden=False)") == text.count("@test_case") == 1


def test_the_search_for_leaks_finds_them_in_the_zip(toy, tmp_path):
    with zipfile.ZipFile(toy / "release-otter" / "lecture9" / "autograder" / "toy.zip") as zipped:
        zipped.extractall(tmp_path)
    found = {secret for _, secret in leaks(tmp_path, set(secrets_of(toy_challenge())))}
    assert {"(1e9 * rng.standard_normal(5),)", "hidden_large_numbers"} <= found


def test_the_zip_holds_no_secret_of_the_course(toy):
    secret = (toy / ".autograder-secret").read_text().strip()
    with zipfile.ZipFile(toy / "release-otter" / "lecture9" / "autograder" / "toy.zip") as zipped:
        assert not any(".autograder-secret" in name for name in zipped.namelist())
        assert not any(secret.encode() in zipped.read(name) for name in zipped.namelist())


def test_releasing_for_otter_puts_nothing_into_release(toy):
    assert not (toy / "release").exists()
    assert sorted(path.name for path in (toy / "release-otter" / "lecture9").iterdir()) == ["autograder", "student"]
    names = {name for name in contents(toy / "release-otter" / "lecture9" / "student" / "toy") if "/" not in name}
    assert names == {"toy.ipynb", "toy.cases.json", "requirements.txt"}


def test_otter_stub_is_the_stub(toy):
    notebook = nbformat.read(toy / "release-otter" / "lecture9" / "student" / "toy" / "toy.ipynb", as_version=4)
    cells = {cell.id: cell.source for cell in notebook.cells}
    assert cells["halve"] == toy_challenge().exercises["halve"].stub()
    assert cells["dozen"] == "# How many make a dozen.\n# An int.\ndozen = None"
    assert cells["question1"] == "YOUR ANSWER HERE"
    assert 'grader.check("halve")' in cells.values()


def test_grader_check_on_the_students_machine_shows_the_public_table(toy, tmp_path):
    """In a copy of the bundle, with nothing else of this project."""
    alone = shutil.copytree(toy / "release-otter" / "lecture9" / "student" / "toy", tmp_path / "downloaded")
    answers = {"halve": "def halve(x):\n    return 2 * x + 0 * len(x)", "dozen": "dozen = 12"}
    notebook = nbformat.reads(json.dumps(filled(alone, "toy", answers)), as_version=4)
    nbformat.write(notebook, alone / "toy.ipynb")
    which = nbformat.v4.new_code_cell("import autograder\nprint(autograder.__file__)")
    notebook.cells = [cell for cell in notebook.cells if "grader.export" not in cell.source] + [which]
    NotebookClient(notebook, timeout=120, resources={"metadata": {"path": str(alone)}}).execute()
    said = {cell.source: cell.outputs for cell in notebook.cells if cell.cell_type == "code"}
    table, verdict = said['grader.check("halve")']
    assert "halve: 0 of 2 public cases passed" in table.data["text/html"]
    assert "This doubles" in table.data["text/html"]
    assert "halve" in verdict.data["text/plain"] and "three numbers" in verdict.data["text/plain"].replace("_", " ")
    assert "All test cases passed!" in said['grader.check("dozen")'][1].data["text/plain"]
    assert said[which.source][0].text.startswith(str(alone))


# --- otter run --------------------------------------------------------------------------------------------------------


def test_otter_run_gives_partial_credit_by_hidden_case(toy, tmp_path):
    student = toy / "release-otter" / "lecture9" / "student" / "toy"
    zipped = toy / "release-otter" / "lecture9" / "autograder" / "toy.zip"
    answers = {"halve": "def halve(x):\n    return x if x.any() else x", "dozen": "dozen = 13"}
    points, results = otter_run(zipped, filled(student, "toy", answers), tmp_path)
    assert points == {"halve": 1, "dozen": 0}
    assert [test["max_score"] for test in results["tests"] if "max_score" in test] == [1, 3]
    hidden = next(test for test in results["tests"] if test["name"] == "dozen")
    assert hidden["visibility"] == "hidden" and "That is a baker's dozen." not in json.dumps(results["tests"][0])


def test_otter_run_ends_calls_that_never_return(toy, tmp_path):
    student = toy / "release-otter" / "lecture9" / "student" / "toy"
    zipped = toy / "release-otter" / "lecture9" / "autograder" / "toy.zip"
    answers = {"halve": "def halve(x):\n    while True:\n        pass", "dozen": "dozen = 12"}
    points, results = otter_run(zipped, filled(student, "toy", answers), tmp_path)
    assert points == {"halve": 0, "dozen": 1}
    assert "hidden_zeros: timed out" in next(test["output"] for test in results["tests"] if test["name"] == "halve")


def packed(name):
    """Answers for as few notebooks as hold every example submission of a challenge: the n-th of each exercise."""
    columns = {}
    for file in all_files(name):
        for exercise in load_challenges(ROOT)[name].exercises if file.right else [file.exercise]:
            if exercise in file.cells:
                columns.setdefault(exercise, []).append(file)
    for row in zip_longest(*columns.values()):
        files = {exercise: file for exercise, file in zip(columns, row, strict=True) if file is not None}
        setups = dict.fromkeys(file.cells["setup"] for file in files.values() if "setup" in file.cells)
        yield {exercise: file.cells[exercise] for exercise, file in files.items()} | {"setup": "\n".join(setups)}


PACKED = [
    (name, number, cells)
    for name in CHALLENGES
    for number, cells in enumerate(packed(name))
    if name < "challenge6" or number % 4 == 0  # those train networks: a sample is enough
]
# right answers of one kind, and two rows of wrong ones
A_FEW = {("challenge1_tensor_contraction", 0), ("challenge1_tensor_contraction", 8), ("challenge3_backpropagation", 10)}


@pytest.mark.parametrize(
    ("name", "number", "cells"),
    [
        pytest.param(*each, id=f"{each[0]}-{each[1]}", marks=() if each[:2] in A_FEW else pytest.mark.full)
        for each in PACKED
    ],
)
def test_stock_otter_run_gives_the_points_of_our_own_grading(
    name, number, cells, made, tmp_path, course, fork_server, released
):
    student, zipped = made[name]
    points, _ = otter_run(zipped, filled(student, name, cells), tmp_path)
    grader = Grader(course.challenges, fork_server.launchers[0], limits=Limits(), secret=SECRET)
    submission = parse(notebook_bytes(released[name], cells), "submission.ipynb", course.challenges)
    report = grader.grade(submission, "submission.ipynb")
    assert report.faults == []
    assert points == pytest.approx({each.name: each.points for each in report.exercises}, abs=1e-4)
