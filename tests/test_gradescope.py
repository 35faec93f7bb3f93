"""The autograder zip in a folder laid out as Gradescope lays out its container."""

import ctypes
import json
import os
import shutil
import stat
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

import jsonschema
import pytest

from autograder.cli import main
from autograder.notebooks.fill import fill
from autograder.notebooks.release import release
from autograder.sandbox import restricted
from tests.submission_files import ROOT
from tests.toy import toy_challenge, toy_course

SCHEMA = json.loads((ROOT / "tests" / "gradescope_results.schema.json").read_text())
RIGHT = {"halve": "def halve(x):\n    if not len(x): raise ValueError\n    return x / 2", "dozen": "dozen = 12"}
PARTLY = {"halve": "def halve(x):\n    return x if x.any() else x", "dozen": "dozen = 13"}
DROP_FROM_BOUNDING_SET, SYS_ADMIN = 24, 21

needs_root = pytest.mark.skipif(os.getuid() != 0, reason="Gradescope's containers run as root")
needs_restricted = pytest.mark.skipif(
    os.getuid() != 0 or restricted.why_not() is not None, reason="the restricted confinement cannot be had here"
)


@pytest.fixture(scope="module")
def toy(tmp_path_factory):
    """The toy course, released for students and, by the command, for Gradescope."""
    course = toy_course(tmp_path_factory.mktemp("toy"))
    release(course, "lecture9")
    here = os.getcwd()
    os.chdir(course)
    try:
        assert main(["release", "lecture9", "--format", "gradescope"]) == 0
    finally:
        os.chdir(here)
    return course


@pytest.fixture
def container(toy):
    """Gradescope's folders, with the zip unpacked by a program that minds no modes."""
    with tempfile.TemporaryDirectory(prefix="autograder-") as folder:
        root = Path(folder)
        root.chmod(0o755)
        for name in ("source", "submission", "results"):
            (root / name).mkdir()
        with zipfile.ZipFile(toy / "release-gradescope" / "lecture9.zip") as zipped:
            zipped.extractall(root / "source")
        yield root


def submit(container, toy, cells, name="toy.ipynb"):
    released = json.loads((toy / "release" / "lecture9" / "toy.ipynb").read_text())
    path = container / "submission" / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(fill(released, cells)))
    return path


def without_namespaces():
    """In the process to be started: root as most containers have it, who may not make namespaces."""
    if ctypes.CDLL(None).prctl(DROP_FROM_BOUNDING_SET, SYS_ADMIN, 0, 0, 0) != 0:
        raise OSError("the capability could not be dropped")


def run(container, prepare=None):
    """run_autograder, as Gradescope starts it, but with this Python."""
    shutil.copyfile(container / "source" / "run_autograder", container / "run_autograder")
    environment = {"PATH": os.environ["PATH"], "AUTOGRADER_ROOT": str(container), "AUTOGRADER_PYTHON": sys.executable}
    return subprocess.run(
        ["bash", "run_autograder"], cwd=container, env=environment, preexec_fn=prepare, capture_output=True, text=True
    )


def results_in(container, **options):
    done = run(container, **options)
    assert done.returncode == 0, done.stderr
    results = json.loads((container / "results" / "results.json").read_text())
    jsonschema.validate(results, SCHEMA)
    return results


def by_name(results):
    return {test["name"]: test for test in results["tests"]}


@needs_root
def test_results_follow_the_schema_and_give_the_judges_points(container, toy):
    submit(container, toy, PARTLY)
    results = results_in(container)
    tests = by_name(results)
    assert results["score"] == 1
    assert [(tests[name]["score"], tests[name]["max_score"]) for name in ("halve", "dozen")] == [(1, 3), (0, 1)]
    assert results["stdout_visibility"] == "hidden" and "leaderboard" not in results
    assert "bubblewrap" in results["output"] or "restricted" in results["output"]
    assert "question1" in results["output"]


@needs_root
def test_public_tables_are_visible_at_once_and_points_after_publishing(container, toy):
    submit(container, toy, PARTLY)
    tests = by_name(results_in(container))
    for name in ("halve", "dozen"):
        assert tests[name]["visibility"] == "after_published"
        assert tests[f"{name}: public cases"]["visibility"] == "visible"
        assert tests[f"{name}: public cases"]["output_format"] == "html"
        assert "score" not in tests[f"{name}: public cases"]
    public = tests["halve: public cases"]["output"]
    assert "<table" in public and "three numbers" in public and "hidden large" not in public
    assert "hidden large numbers" in tests["halve"]["output"]
    assert [tests[name]["status"] for name in ("halve: public cases", "dozen: public cases")] == ["failed", "passed"]
    assert "dozen" in tests["dozen: public cases"]["output"] and "baker" not in tests["dozen: public cases"]["output"]


@needs_restricted
def test_as_root_without_namespaces_the_restricted_confinement_judges_and_is_named(container, toy):
    submit(container, toy, RIGHT)
    results = results_in(container, prepare=without_namespaces)
    assert results["score"] == 4
    assert "restricted" in results["output"]
    assert {test["status"] for test in results["tests"]} == {"passed"}


SPY = """
import os
root = {root!r}
found = []
for path in {paths!r}:
    try:
        found.append(os.listdir(path) if os.path.isdir(path) else open(path).read())
    except OSError:
        pass
try:
    open(root + "/results/results.json", "w").write("{{}}")
    found.append("results")
except OSError:
    pass
if os.getuid() == 0:
    found.append("root")
dozen = 12 if not found else 13
"""


@needs_root
@pytest.mark.parametrize("prepare", [None, pytest.param(without_namespaces, marks=needs_restricted)])
def test_student_code_is_another_user_who_reads_neither_seed_nor_references_nor_writes_results(
    container, toy, prepare
):
    course = container / "source" / "course"
    paths = [course, course / ".autograder-secret", course / "reference_solutions" / "lecture9" / "toy.py"]
    assert all(path.exists() for path in paths)
    spy = SPY.format(root=str(container), paths=[*map(str, paths), str(container / "submission")])
    unconfined = {}
    exec(spy, unconfined)
    assert unconfined["dozen"] == 13
    submit(container, toy, {**RIGHT, "dozen": spy})
    assert results_in(container, prepare=prepare)["score"] == 4


@needs_root
def test_course_in_the_container_is_for_root_alone_however_it_was_unpacked(container, toy):
    submit(container, toy, RIGHT)
    for path in (container / "source").rglob("*"):
        path.chmod(0o777)
    results_in(container)
    assert stat.S_IMODE((container / "source" / "course").stat().st_mode) == 0o700
    assert stat.S_IMODE((container / "source" / "course" / ".autograder-secret").stat().st_mode) == 0o600


@needs_root
def test_a_missing_notebook_scores_nothing_and_says_so(container):
    results = results_in(container)
    assert results["score"] == 0
    assert {test["max_score"] for test in results["tests"]} == {3, 1}
    assert all("No notebook of toy was handed in." in test["output"] for test in results["tests"])


@needs_root
def test_of_two_notebooks_of_a_challenge_the_one_of_its_name_counts(container, toy):
    submit(container, toy, RIGHT, "work/toy.ipynb")
    submit(container, toy, PARTLY, "toy (2).ipynb")
    submit(container, toy, PARTLY, "__MACOSX/toy.ipynb")
    (container / "submission" / "notes.ipynb").write_text("no notebook")
    (container / "submission" / "link.ipynb").symlink_to("/etc/passwd")
    results = results_in(container)
    assert results["score"] == 4
    assert "toy (2).ipynb is of the same challenge as work/toy.ipynb, which counts" in results["output"]
    assert "notes.ipynb is not a notebook" in results["output"]
    assert "link.ipynb" not in results["output"]


@needs_root
def test_where_nothing_can_be_judged_no_results_are_written_and_the_instructor_reads_why(container, toy):
    submit(container, toy, RIGHT)
    (container / "source" / "course" / "gradebook_config.py").write_text(
        "c = get_config()\nc.Autograder.confinement = 'bubblewrap'\n"
    )
    done = run(container, prepare=without_namespaces)
    assert done.returncode == 1
    assert "No confinement is available here" in done.stderr
    assert not (container / "results" / "results.json").exists()


# --- the zip ----------------------------------------------------------------------------------------------------------


def test_the_zip_keeps_the_course_to_its_owner(toy):
    with zipfile.ZipFile(toy / "release-gradescope" / "lecture9.zip") as zipped:
        modes = {entry.filename: stat.S_IMODE(entry.external_attr >> 16) for entry in zipped.infolist()}
    assert {"setup.sh", "run_autograder", "requirements.txt", "course/.autograder-secret"} <= set(modes)
    assert modes["setup.sh"] == modes["run_autograder"] == 0o755
    assert all(mode & 0o077 == 0 for name, mode in modes.items() if name.startswith("course/"))
    assert all(mode & 0o444 == 0o444 for name, mode in modes.items() if name.startswith("package/"))
    assert stat.S_IMODE((toy / "release-gradescope" / "lecture9.zip").stat().st_mode) == 0o600


def test_releasing_for_gradescope_leaves_release_as_it_was(toy):
    names = {path.name for path in (toy / "release" / "lecture9").iterdir()}
    assert names == {"toy.ipynb", "toy.cases.json", "requirements.txt", "autograder"}


@pytest.mark.parametrize("script", ["setup.sh", "run_autograder"])
def test_scripts_are_bash_that_parses(toy, script, tmp_path):
    with zipfile.ZipFile(toy / "release-gradescope" / "lecture9.zip") as zipped:
        zipped.extract(script, tmp_path)
    assert (tmp_path / script).read_bytes().startswith(b"#!/usr/bin/env bash\n")
    subprocess.run(["bash", "-n", tmp_path / script], check=True)


def test_the_zip_holds_one_assignment_only(tmp_path):
    from autograder.adapters.gradescope_zip import write_content
    from autograder.course import Course

    course = shutil.copytree(ROOT / "reference_solutions", tmp_path / "course" / "reference_solutions").parent
    write_content(Course.open(course), "lecture1", tmp_path / "content")
    names = {path.name for path in (tmp_path / "content").rglob("*.py")}
    assert "challenge1_tensor_contraction.py" in names and "challenge5_optimization_landscapes.py" not in names
    assert "numpy==" in (tmp_path / "content" / "requirements.txt").read_text()


def test_the_schema_refuses_what_gradescope_would():
    for wrong in ({}, {"score": "4"}, {"score": 1, "tests": [{"status": "ok"}]}, {"score": 1, "visibility": "never"}):
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(wrong, SCHEMA)
    assert toy_challenge().auto_points == 4
