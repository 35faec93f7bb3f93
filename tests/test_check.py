"""What a student sees: the check of a released notebook, as a table and as text."""

import json
import os
import subprocess
import sys
from html.parser import HTMLParser

import pytest

from autograder import messages
from autograder.freeze import freeze
from autograder.judge import judge
from autograder.notebooks.release import LIGHT_CORE
from autograder.prepare import prepare
from autograder.runtime import Runtime
from autograder.table import as_html, as_text
from autograder.verdict import CaseResult, ExerciseResult, Verdict
from tests.submission_files import ROOT
from tests.toy import toy_challenge

SETUP = 'import numpy as np\nfrom autograder.check import checks_of\ncheck = checks_of("toy")\n'


@pytest.fixture
def notebook(tmp_path, monkeypatch):
    """Runs cells of a released toy notebook; the namespace after them."""
    (tmp_path / "toy.cases.json").write_text(json.dumps(freeze(toy_challenge())))
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("AUTOGRADER_SANDBOX", raising=False)
    monkeypatch.delenv("NBGRADER_EXECUTION", raising=False)

    def run(*cells):
        namespace = {"__name__": "__main__"}
        for cell in (SETUP, *cells):
            exec(compile(cell, "<cell>", "exec"), namespace)
        return namespace

    return run


def test_a_right_answer_passes_all_public_cases(notebook):
    shown = notebook("def halve(x):\n    if not len(x): raise ValueError\n    return x / 2")["check"]("halve")
    assert str(shown).startswith("halve: 2 of 2 public cases passed\n  three numbers")
    assert "error 0, at most 0.0001 is accepted" in str(shown)
    assert shown.result.verdict == "correct"


def test_a_wrong_answer_sees_the_difference_both_values_and_the_hint(notebook):
    text = str(notebook("def halve(x):\n    if not len(x): raise ValueError\n    return 2 * x")["check"]("halve"))
    assert "1 of 2 public cases passed" in text
    assert "relative error 3, at most 0.0001 is accepted" in text
    assert "yours: [" in text and "expected: [" in text
    assert text.endswith("Hint: This doubles: multiply by one half.")


def test_a_symptom_is_told(notebook):
    text = str(notebook("def halve(x):\n    if not len(x): raise ValueError\n    return -x / 2")["check"]("halve"))
    assert text.endswith("Hint: The sign is wrong.")


@pytest.mark.parametrize("cell", ["", "def halve(x):\n    raise NotImplementedError", "halve = None"])
def test_what_is_not_attempted_is_said_to_be_so(notebook, cell):
    shown = notebook(cell)["check"]("halve")
    assert str(shown) == "halve: not attempted"
    assert shown._repr_html_() == "<p>halve: not attempted</p>"


def test_a_value_is_checked_by_name(notebook):
    assert str(notebook("dozen = 12.0")["check"]("dozen")).startswith("dozen: 1 of 1 public cases passed")
    assert "dozen is not a number" in str(notebook("dozen = 'twelve'")["check"]("dozen"))


def test_the_function_itself_may_be_given_for_its_name(notebook):
    namespace = notebook("def halve(x): return x / 2")
    assert str(namespace["check"](namespace["halve"])) == str(namespace["check"]("halve"))


@pytest.mark.parametrize(
    "body",
    [
        "1 / 0",
        "raise SystemExit",
        "raise BaseException('odd')",
        "return object()",
        "return type('Odd', (), {'__array__': lambda *a: 1 / 0, '__len__': lambda s: -1})()",
        "return type('Odd', (float,), {'__float__': lambda s: 1 / 0})()",
        "return halve(x)",
        "return np.array([object()])",
        "l = []; l.append(l); return l",
        "return {'a': lambda: 1}",
        "return 10**5000",
        "x[:] = 0; return x",
    ],
)
def test_no_answer_makes_the_check_itself_fail(notebook, body):
    shown = notebook(f"def halve(x):\n    {body}")["check"]("halve")
    assert "0 of 2 public cases passed" in str(shown)
    assert not any(case.verdict is Verdict.GRADER_ERROR for case in shown.result.cases)


@pytest.mark.parametrize("name", ["halv", "", 3, None, ["halve"]])
def test_a_wrong_name_gets_one_sentence(notebook, name):
    shown = notebook()["check"](name)
    assert str(shown) == f"There is no exercise {str(name)!r} in this notebook; the exercises are halve, dozen."


def test_missing_or_broken_cases_get_one_sentence(notebook, tmp_path):
    check = notebook()["check"]
    for content in (None, "", "{}", "[1]", '{"format": 1, "functions": {}, "exercises": {"halve": {}}}'):
        (tmp_path / "toy.cases.json").unlink()
        if content is not None:
            (tmp_path / "toy.cases.json").write_text(content)
        assert str(check("halve")) == messages.no_cases("toy.cases.json")
        (tmp_path / "toy.cases.json").touch()


def test_the_cases_are_found_after_a_change_of_folder(notebook, tmp_path):
    (tmp_path / "elsewhere").mkdir()
    namespace = notebook("import os\nos.chdir('elsewhere')", "def halve(x): return x / 2")
    assert "public cases passed" in str(namespace["check"]("halve"))


@pytest.mark.parametrize(("variable", "value"), [("AUTOGRADER_SANDBOX", "1"), ("NBGRADER_EXECUTION", "autograde")])
def test_the_check_does_nothing_while_the_notebook_is_graded(tmp_path, monkeypatch, variable, value):
    monkeypatch.chdir(tmp_path)  # where there are no cases
    monkeypatch.setenv(variable, value)
    namespace = {}
    exec(SETUP, namespace)
    assert namespace["check"]("halve") is None


def test_a_fault_of_the_check_is_not_the_students(notebook, tmp_path):
    stored = freeze(toy_challenge())
    stored["exercises"]["halve"]["cases"][0]["expected"] = {"status": "died"}
    (tmp_path / "toy.cases.json").write_text(json.dumps(stored))
    assert messages.CHECK_FAILED in str(notebook("def halve(x): return x / 2")["check"]("halve"))


def test_checking_imports_numpy_and_the_light_core_only(tmp_path):
    (tmp_path / "toy.cases.json").write_text(json.dumps(freeze(toy_challenge())))
    code = SETUP + "\n".join(
        [
            "def halve(x): return x / 2",
            "print(check('halve'))",
            "import sys",
            "print(sorted(name.partition('.')[2] for name in sys.modules if name.startswith('autograder.')))",
            "print([name for name in ('torch', 'scipy', 'nbformat', 'IPython', 'jupytext') if name in sys.modules])",
        ]
    )
    environment = {name: os.environ[name] for name in os.environ if not name.startswith(("AUTOGRADER", "NBGRADER"))}
    environment["PYTHONPATH"] = str(ROOT)
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, env=environment, capture_output=True, text=True, check=True
    )
    *table, modules, heavy = done.stdout.splitlines()
    assert table[0] == "halve: 1 of 2 public cases passed"
    assert modules == str(sorted(set(LIGHT_CORE) - {"__init__"}))
    assert heavy == "[]"


# --- the table ------------------------------------------------------------------------------------------------------


def cases(**changes):
    public = CaseResult("seen_case", True, Verdict.WRONG, message="<b>wrong</b>", detail="yours: <1>", error=2, bound=1)
    hidden = CaseResult("other_case", False, Verdict.WRONG, 0, 3, "hidden sentence", "secret value", error=7.5, bound=1)
    return ExerciseResult("f", 0.0, 3.0, Verdict.WRONG, "", "m", "a <hint>", cases=(public, hidden))


class Outline(HTMLParser):
    """The elements of a page, with their attributes; fails where they are not nested properly."""

    def __init__(self, page):
        super().__init__()
        self.elements, self.open = [], []
        self.feed(page)
        assert not self.open

    def handle_starttag(self, tag, attributes):
        self.elements.append((tag, dict(attributes)))
        self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def test_hidden_cases_show_their_sentence_and_neither_values_nor_errors():
    for text in (as_html(cases()), as_text(cases())):
        assert "hidden sentence" in text and "other case" in text
        assert "secret value" not in text and "7.5" not in text


def test_the_table_has_headers_for_columns_and_rows():
    elements = Outline(as_html(cases())).elements
    scopes = [attributes.get("scope") for tag, attributes in elements if tag == "th"]
    assert scopes == ["col"] * 5 + ["row"] * 2
    assert [tag for tag, _ in elements].count("caption") == 1


def test_the_verdict_is_said_in_words_and_not_by_colour_alone():
    page = as_html(cases())
    assert "wrong" in page
    for tag, attributes in Outline(page).elements:
        # text keeps the page's own colour, light or dark
        assert "color:#" not in attributes.get("style", "").replace("border-left:4px solid", ""), tag


def test_nothing_that_a_student_wrote_becomes_markup():
    page = as_html(cases())
    assert "<b>" not in page and "&lt;b&gt;wrong" in page and "&lt;1&gt;" in page and "a &lt;hint&gt;" in page


def test_graded_results_show_points_and_public_ones_do_not():
    toy = toy_challenge()
    runtime = Runtime({"halve": lambda x: x / 2})
    graded = judge(prepare(toy, toy.exercises["halve"], secret=b"s"), runtime)
    public = judge(prepare(toy, toy.exercises["halve"], secret=b"s", public_only=True), runtime)
    assert as_text(graded).startswith("halve: 3 of 3 points\n")
    assert "points" not in as_text(public)
