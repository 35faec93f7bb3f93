"""What students get: current, complete, runnable alone, and nothing of the references in it."""

import json
import os
import re
import shutil
import subprocess
import sys
from dataclasses import is_dataclass
from pathlib import Path

import nbformat
import numpy as np
import pytest
from nbclient import NotebookClient
from nbgrader.api import Gradebook

from autograder.adapters.nbgrader import hidden_check, own_commands
from autograder.course import load_challenges
from autograder.exercise import DeclarationError
from autograder.freeze import body, definition
from autograder.notebooks.release import LIGHT_CORE, ReleaseError, nbgrader_settings, release
from autograder.notebooks.text import source_notebook
from autograder.plain import from_jsonable
from tests.submission_files import ROOT, all_files
from tests.toy import COURSE, toy_challenge, toy_course

ASSIGNMENTS = sorted({path.parent.name for path in (ROOT / "source").glob("*/*.md")})
COMMITTED = sorted((ROOT / "release").glob("*/*.ipynb"))


def contents(folder):
    """The bytes of every file in a folder, by relative path."""
    paths = [path for path in sorted(folder.rglob("*")) if path.is_file() and "__pycache__" not in path.parts]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}


@pytest.fixture(scope="module")
def fresh(tmp_path_factory):
    """Each assignment released once more, by name."""
    made = {}

    def make(assignment):
        if assignment not in made:
            folder = tmp_path_factory.mktemp("fresh")
            release(ROOT, assignment, into=folder)
            made[assignment] = folder / "release" / assignment
        return made[assignment]

    return make


@pytest.fixture
def course(tmp_path):
    return toy_course(tmp_path)


def released(course, **options):
    release(course, "lecture9", **options)
    return course / "release" / "lecture9"


def cells_of(path):
    return {cell.id: cell for cell in nbformat.read(path, as_version=4).cells}


# --- the committed release ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_committed_release_is_current(assignment, fresh):
    committed, made = contents(ROOT / "release" / assignment), contents(fresh(assignment))
    assert sorted(committed) == sorted(made), "run: autograder release " + assignment
    for name in made:
        if committed[name] != made[name]:
            assert name.endswith(".cases.json"), f"{name} has changed; run: autograder release {assignment}"
            assert_equal_but_for_rounding(json.loads(committed[name]), json.loads(made[name]), name)


def assert_equal_but_for_rounding(a, b, where):
    """Another processor may add in another order, and so freeze other last digits."""
    if isinstance(a, dict) and set(a) == {"value", "arrays"}:
        a, b = from_jsonable(a), from_jsonable(b)
    assert type(a) is type(b), where
    if isinstance(a, dict):
        assert list(a) == list(b), where
        if {"name", "hint", "outcome"} <= set(a):  # of a mistake: rounding may decide what a wrong answer is
            a, b = ({key: value for key, value in each.items() if key != "outcome"} for each in (a, b))
        for key in a:
            assert_equal_but_for_rounding(a[key], b[key], f"{where}: {key}")
    elif isinstance(a, list | tuple):
        assert len(a) == len(b), where
        for one, other in zip(a, b, strict=True):
            assert_equal_but_for_rounding(one, other, where)
    elif isinstance(a, float | np.ndarray):
        np.testing.assert_allclose(a, b, rtol=1e-3, atol=1e-6, err_msg=where)
    elif is_dataclass(a):  # a tensor, or the text of a function with its arrays
        assert_equal_but_for_rounding(vars(a), vars(b), where)
    else:
        assert a == b, where


@pytest.mark.parametrize("path", COMMITTED, ids=lambda path: path.stem)
def test_a_released_notebook_runs_unfilled_and_each_check_says_not_attempted(path, tmp_path):
    outputs = run_as_a_student(path, tmp_path, {})
    checks = {name: text for name, text in outputs.items() if name.endswith("-check")}
    assert checks == {name: f"{name.removesuffix('-check')}: not attempted" for name in checks}
    exercises = load_challenges(ROOT)[path.stem].exercises
    assert sorted(checks) == sorted(f"{name}-check" for name in exercises)


def first_right_submission(challenge):
    exercises = set(load_challenges(ROOT)[challenge].exercises)
    return next((file for file in all_files(challenge) if file.right and exercises <= set(file.cells)), None)


@pytest.mark.parametrize("path", COMMITTED, ids=lambda path: path.stem)
def test_a_right_notebook_passes_all_public_checks(path, tmp_path):
    file = first_right_submission(path.stem)
    if file is None:
        pytest.skip("no right submission answers all of its exercises")
    exercises = load_challenges(ROOT)[path.stem].exercises.values()
    if any(exercise.seconds for exercise in exercises):
        pytest.skip("trains networks: the walk over the submissions does it")
    outputs = run_as_a_student(path, tmp_path, file.cells)
    for exercise in exercises:
        public = sum(case.public for case in exercise.cases)
        first_line = outputs[f"{exercise.name}-check"].splitlines()[0]
        assert first_line == f"{exercise.name}: {public} of {public} public cases passed"


def run_as_a_student(path, folder, answers):
    """The text of each code cell's result, in a fresh kernel in a copy of the released folder, with nothing else."""
    alone = shutil.copytree(path.parent, folder / "downloaded")
    notebook = nbformat.read(alone / path.name, as_version=4)
    if "setup" in answers:
        answers = {**answers, "setup": answers["setup"] + "\n" + cells_of(path)["setup"].source}
    for cell in notebook.cells:
        cell.source = answers.get(cell.id, cell.source)
    if answers:  # what only a person looks at takes its time
        notebook.cells = [cell for cell in notebook.cells if "exploration" not in cell.metadata.get("tags", [])]
    NotebookClient(notebook, timeout=300, resources={"metadata": {"path": str(alone)}}).execute()
    results = {}
    for cell in notebook.cells:
        for output in cell.get("outputs", ()):
            if output.output_type == "execute_result":
                results[cell.id] = output.data["text/plain"]
    return results


def test_the_light_core_works_alone(course):
    folder = released(course)
    code = (
        "import sys; sys.path.insert(0, '.')\n"
        "from autograder.check import checks_of\ncheck = checks_of('toy')\n"
        "print(check('halve'))\n"
        "print({str(m.__file__).startswith(sys.argv[1]) for n, m in sys.modules.items() if n.startswith('autogr')})"
    )
    environment = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH",)}
    done = subprocess.run(
        [sys.executable, "-c", code, str(folder)],
        cwd=folder, env=environment, capture_output=True, text=True, check=True,
    )
    assert done.stdout == "halve: not attempted\n{True}\n"


# --- nothing of the references --------------------------------------------------------------------------------------


def texts_in(path):
    """All program text and prose in a file, one string for each line of it."""
    if path.suffix in (".json", ".ipynb"):
        found, open_ = [], [json.loads(path.read_text(encoding="utf-8"))]
        while open_:
            item = open_.pop()
            if isinstance(item, str):
                found.append(item)
            elif isinstance(item, dict):
                open_ += [*item, *item.values()]
            elif isinstance(item, list):
                open_ += item
        return found
    return [path.read_text(encoding="utf-8", errors="replace")]


# lines of references that anybody writes, so that they tell nothing where they stand in a notebook or a measure
COMMON = {
    "with torch.no_grad():",
    "letters = sorted(set(text))",
    "X, Y = make_windows(tokens, context)",
    "optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)",
}


def squeezed(text):
    return re.sub(r"\s+", " ", text).strip()


def telling_lines(text):
    """The lines of program text that say something, without the return in front."""
    lines = (squeezed(line).removeprefix("return ") for line in text.splitlines())
    idle = ("#", '"""', "def ", "raise ", "for ")
    return {line for line in lines if len(line) >= 16 and not line.startswith(idle)} - COMMON


def secrets_of(challenge):
    """Text that no student may read."""
    supplied = {line for each in challenge.supplied.values() for line in telling_lines(each.source)}
    for exercise in challenge.exercises.values():
        shown = supplied | telling_lines(exercise.doc)
        if exercise.is_value:
            yield from {repr(exercise.reference)} - {str(exercise.reference)[:8]}
        else:
            yield from telling_lines(body(exercise.reference)) - shown
        for mistake in exercise.mistakes:
            if not mistake.symptom:
                yield from telling_lines(body(mistake.function)) - shown
        public = {line for case in exercise.cases if case.public for line in telling_lines(definition(case.make))}
        for case in exercise.cases:
            if not case.public:
                yield from telling_lines(body(case.make)) - shown - public
                if case.name.count("_") > 1:
                    yield case.name
    for question in challenge.questions.values():
        yield from (squeezed(what) for _, what in question.rubric)
        yield from (squeezed(part) for part in re.split(r"(?<=[.:;])\s", question.answer) if len(part) > 24)


@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_release_contains_no_reference_line_hidden_case_rubric_or_answer(assignment, fresh):
    challenges = [each for each in load_challenges(ROOT).values() if each.assignment == assignment]
    secrets = {secret for challenge in challenges for secret in secrets_of(challenge)}
    assert len(secrets) > 50
    assert leaks(fresh(assignment), secrets) == []


def leaks(folder, secrets):
    found = []
    for name in contents(folder):
        whole = "\n".join(squeezed(text) for text in texts_in(folder / name))
        likely = [secret for secret in secrets if secret in whole]
        found += [(name, secret) for secret in likely if re.search(rf"(?<!\w){re.escape(secret)}(?!\w)", whole)]
    return found


def test_the_search_for_leaks_finds_one_of_each_kind(course):
    """The claim above is worth as much as this one."""
    release(course, "lecture9")
    found = {secret for _, secret in leaks(course / ".build" / "source" / "lecture9", set(secrets_of(toy_challenge())))}
    assert "scale(x, 0.5)" not in found  # too short to be telling
    assert "Mentions that halving is exact in binary." in found
    assert "A third has no finite binary expansion." in found
    toy = (course / "reference_solutions" / "lecture9" / "toy.py").read_text()
    (course / "release" / "lecture9" / "oops.py").write_text(toy)
    found = {secret for _, secret in leaks(course / "release" / "lecture9", set(secrets_of(toy_challenge())))}
    assert {"2 * np.asarray(x) + 0 * len(x)", "(1e9 * rng.standard_normal(5),)", "hidden_large_numbers"} <= found


@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_released_cases_are_the_public_ones_only(assignment, fresh):
    for path in fresh(assignment).glob("*.cases.json"):
        stored = json.loads(path.read_text())
        challenge = load_challenges(ROOT)[stored["challenge"]]
        for name, exercise in challenge.exercises.items():
            names = [case["name"] for case in stored["exercises"][name]["cases"]]
            assert names == [case.name for case in exercise.cases if case.public]
            assert set(stored["exercises"][name]) == {"points", "value", "cases"}


def test_release_neither_needs_nor_makes_the_course_secret(course):
    released(course)
    assert not (course / ".autograder-secret").exists()


# --- the notebook, cell by cell -------------------------------------------------------------------------------------


def test_released_cells_are_exactly_stub_and_check(course):
    cells = cells_of(released(course) / "toy.ipynb")
    toy = toy_challenge()
    assert cells["halve"].source == toy.exercises["halve"].stub()
    assert cells["halve"].source.endswith("    raise NotImplementedError")
    assert cells["halve-check"].source == 'check("halve")'
    assert cells["dozen"].source == "# How many make a dozen.\n# An int.\ndozen = None"
    assert cells["supplied-scale"].source == toy.supplied["scale"].source
    assert cells["question1"].source == "YOUR ANSWER HERE"
    assert cells["question1-rubric"].source == "*2 points, read by a person. Your answer:*"
    assert cells["setup"].source.endswith('\n\nfrom autograder.check import checks_of\n\ncheck = checks_of("toy")')
    tagged = [cell.source for cell in cells.values() if "exploration" in cell.metadata.get("tags", [])]
    assert tagged == ['print("look")']


def test_source_notebook_holds_the_reference_and_the_hidden_check(course):
    released(course)
    cells = cells_of(course / ".build" / "source" / "lecture9" / "toy.ipynb")
    assert "    ### BEGIN SOLUTION\n    if len(x) == 0:" in cells["halve"].source
    assert "### BEGIN SOLUTION\ndozen = 12\n### END SOLUTION" in cells["dozen"].source
    assert 'hidden_check("halve", globals(), "toy")' in cells["halve-check"].source
    assert cells["question1"].source == toy_challenge().questions["question1"].answer
    assert "- 1: Says why a third is not." in cells["question1-rubric"].source


def test_released_notebook_names_itself_and_marks_cells_for_nbgrader(course):
    notebook = nbformat.read(released(course) / "toy.ipynb", as_version=4)
    nbformat.validate(notebook)
    assert notebook.metadata["autograder"] == {"assignment": "lecture9", "challenge": "toy"}
    assert notebook.metadata.kernelspec.name == "python3"
    kinds = {}
    for cell in notebook.cells:
        if "nbgrader" in cell.metadata:
            marks = cell.metadata["nbgrader"]
            kinds[marks["grade_id"]] = (marks["solution"], marks["grade"], marks["locked"], marks.get("points"))
    assert kinds == {
        "supplied-scale": (False, False, True, None),
        "halve": (True, False, False, None),
        "halve-check": (False, True, True, 3),
        "dozen": (True, False, False, None),
        "dozen-check": (False, True, True, 1),
        "question1-rubric": (False, False, True, None),
        "question1": (True, True, False, 2),
    }


def test_the_same_input_gives_the_same_bytes(course, tmp_path):
    again = toy_course(tmp_path / "again")
    assert contents(released(course)) == contents(released(again))
    assert contents(course / ".build") == contents(again / ".build")


# --- what lies beside it --------------------------------------------------------------------------------------------


def test_release_holds_notebooks_cases_requirements_and_light_core_only(course):
    names = {name for name in contents(released(course)) if not name.startswith("autograder/")}
    assert names == {"toy.ipynb", "toy.cases.json", "requirements.txt"}
    modules = {Path(name).stem for name in contents(course / "release" / "lecture9" / "autograder")}
    assert modules == set(LIGHT_CORE)


def test_data_is_released_and_scripts_and_hidden_files_are_not(course):
    data = course / "source" / "lecture9" / "data"
    data.mkdir()
    for name in ("points.csv", "make_points.py", ".private", "LICENCE.md"):
        (data / name).write_text("x")
    (course / "source" / "lecture9" / "notes.py").write_text("x")
    names = set(contents(released(course)))
    assert {"data/points.csv", "data/LICENCE.md"} <= names
    assert not {"data/make_points.py", "data/.private", "notes.py", "toy.md"} & names


def test_requirements_name_torch_only_where_it_is_imported(course):
    requirements = released(course) / "requirements.txt"
    assert requirements.read_text().split() == ["jupyterlab", "matplotlib", "numpy", "scipy"]
    change_text(course, "import numpy as np", "import numpy as np\nimport torch.nn as nn")
    released(course)
    assert requirements.read_text().split()[4:] == ["torch", "torchvision"]


def change_text(course, old, new):
    path = course / "source" / "lecture9" / "toy.md"
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def test_an_ordinary_nbgrader_notebook_is_released_beside_ours(course):
    marks = {"grade": False, "grade_id": "own", "locked": False, "schema_version": 3, "solution": True, "task": False}
    cell = nbformat.v4.new_code_cell("x = 1\n### BEGIN SOLUTION\nx = 2\n### END SOLUTION", metadata={"nbgrader": marks})
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    notebook = nbformat.v4.new_notebook(cells=[cell], metadata=kernel)
    nbformat.write(notebook, course / "source" / "lecture9" / "own.ipynb")
    folder = released(course)
    assert [path.name for path in sorted(folder.glob("*.ipynb"))] == ["own.ipynb", "toy.ipynb"]
    own = nbformat.read(folder / "own.ipynb", as_version=4)
    assert own.cells[0].source == "x = 1\nraise NotImplementedError"


# --- what cannot be released is said in one sentence ------------------------------------------------------------------

MISPLACED = [
    ('exercise="halve"', 'exercise="halv"', "the text places exercise='halv', which is not declared"),
    ('exercise="halve"', 'tags=["none"]', "the text places exercise='halve' 0 times"),
    ('exercise="dozen"', 'exercise="halve"', "the text places exercise='halve' 2 times"),
    ('question="question1"', 'question="question2"', "the text places question='question2', which is not declared"),
    ('supplied="scale"', 'supplied="other"', "the text places supplied='other', which is not declared"),
    ('exercise="halve"\n', 'exercise="halve"\nx = 1\n', "the cell exercise='halve' of the text must be empty"),
    ("setup=true", "", "the text needs exactly one cell with setup=true"),
]


@pytest.mark.parametrize(("old", "new", "sentence"), MISPLACED)
def test_a_misplaced_cell_is_refused_in_one_sentence(old, new, sentence):
    text = (COURSE / "source" / "lecture9" / "toy.md").read_text()
    assert old in text
    with pytest.raises(DeclarationError, match=re.escape(sentence)):
        source_notebook(text.replace(old, new), toy_challenge())


def test_an_unknown_assignment_is_refused_with_the_known_ones(course):
    with pytest.raises(ReleaseError, match="no folder source/lecture8; the assignments are lecture9"):
        release(course, "lecture8")


def test_a_text_without_a_declaration_is_refused(course):
    (course / "source" / "lecture9" / "another.md").write_text("# Another")
    with pytest.raises(ReleaseError, match="another.md: there is no such challenge"):
        release(course, "lecture9")


def test_a_text_beside_a_notebook_of_its_name_is_refused(course):
    nbformat.write(nbformat.v4.new_notebook(), course / "source" / "lecture9" / "toy.ipynb")
    with pytest.raises(ReleaseError, match="both toy.md and toy.ipynb"):
        release(course, "lecture9")


def test_what_nbgrader_refuses_is_named(course):
    cell = nbformat.v4.new_code_cell("### BEGIN SOLUTION\nx = 2\n### END SOLUTION")
    nbformat.write(nbformat.v4.new_notebook(cells=[cell]), course / "source" / "lecture9" / "own.ipynb")
    with pytest.raises(ReleaseError, match="nbgrader could not release lecture9: .*Solution region detected"):
        release(course, "lecture9")


def test_a_failed_release_leaves_the_former_one(course):
    before = contents(released(course))
    change_text(course, 'exercise="halve"', 'exercise="halv"')
    with pytest.raises(DeclarationError):
        release(course, "lecture9")
    assert contents(course / "release" / "lecture9") == before
    assert [path.name for path in (course / ".build").iterdir()] == ["source"]


# --- with nbgrader ----------------------------------------------------------------------------------------------------


@pytest.fixture
def fresh_gradebook(course):
    """The url of a gradebook in the course, with the assignment in it."""
    url = f"sqlite:///{course / 'gradebook.db'}"
    release(course, "lecture9", db_url=url)
    return url


def submit(course, student, **answers):
    folder = shutil.copytree(course / "release" / "lecture9", course / "submitted" / student / "lecture9")
    notebook = nbformat.read(folder / "toy.ipynb", as_version=4)
    for cell in notebook.cells:
        cell.source = answers.get(cell.id, cell.source)
    nbformat.write(notebook, folder / "toy.ipynb")


def test_stock_nbgrader_gives_the_judges_points(course, fresh_gradebook, monkeypatch):
    from nbgrader.converters import Autograde
    from nbgrader.coursedir import CourseDirectory

    right = "def halve(x):\n    if not len(x): raise ValueError\n    return x / 2"
    submit(course, "ada", halve=right, dozen="dozen = 12")
    # one hidden case of three right; a warning on stderr, which stock nbgrader takes for a failure
    submit(course, "bob", halve="def halve(x):\n    np.log(-1.0)\n    return x if x.any() else x")
    submit(course, "cy")
    settings = nbgrader_settings()
    settings.CourseDirectory.root = str(course)
    settings.CourseDirectory.source_directory = ".build/source"
    settings.CourseDirectory.db_url = fresh_gradebook
    settings.CourseDirectory.assignment_id = "lecture9"
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    with own_commands():
        Autograde(coursedir=CourseDirectory(config=settings), config=settings).start()
    with Gradebook(fresh_gradebook) as gradebook:
        scores = {
            submission.student.id: [grade.auto_score for notebook in submission.notebooks for grade in notebook.grades]
            for submission in gradebook.assignment_submissions("lecture9")
        }
        assert gradebook.find_notebook("toy", "lecture9").max_score == 6
    assert scores == {"ada": [3, 1, 0], "bob": [1, 0, 0], "cy": [0, 0, 0]}
    rubric = cells_of(course / "autograded" / "ada" / "lecture9" / "toy.ipynb")["question1-rubric"].source
    assert "Says why a third is not." in rubric
    assert not (course / "autograded" / "ada" / "lecture9" / "autograder").exists()


def test_hidden_check_returns_points_and_keeps_stderr_clean(course, monkeypatch, capsys):
    folder = course / "autograded" / "ada" / "lecture9"
    folder.mkdir(parents=True)
    monkeypatch.chdir(folder)

    def halve(x):
        print("complaint", file=sys.stderr)
        return np.zeros(len(x))

    points = hidden_check("halve", {"halve": halve}, "toy")
    assert (type(points), points) == (float, 1.0)
    printed = capsys.readouterr()
    assert printed.err == "" and "halve: 1 of 3 points" in printed.out
    assert (course / ".autograder-secret").exists()


def test_hidden_check_outside_a_course_says_so(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(RuntimeError, match="has a gradebook_config.py"):
        hidden_check("halve", {}, "toy")
