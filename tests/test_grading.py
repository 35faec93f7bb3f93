"""Claims about grading a class: what is written, what is kept, what is not done twice, and bad input."""

from __future__ import annotations

import errno
import json
import os
import resource
import shutil
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbgrader.api import Gradebook

from autograder.adapters.gradebook import CourseGradebook, GradebookError
from autograder.cli import main
from autograder.config import ConfigurationError, load
from autograder.course import Course, NoCourse
from autograder.grading.batch import Summary, grade_assignment
from autograder.notebooks.fill import fill
from autograder.notebooks.release import release
from tests.toy import toy_course

RIGHT = {
    "halve": "def halve(x):\n    if len(x) == 0:\n        raise ValueError\n    return x / 2",
    "dozen": "dozen = 12",
}
WRONG = RIGHT | {"halve": "def halve(x):\n    return 2 * x", "dozen": "dozen = 13"}


class Class:
    """A released toy course with its submissions."""

    def __init__(self, root: Path) -> None:
        self.root = toy_course(root)
        self.url = f"sqlite:///{self.root / 'gradebook.db'}"
        release(self.root, "lecture9", db_url=self.url)
        self.released: dict[str, Any] = json.loads((self.root / "release/lecture9/toy.ipynb").read_text())

    def submit(self, student: str, cells: dict[str, str], name: str = "toy.ipynb") -> Path:
        path = self.root / "submitted" / student / "lecture9" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(fill(self.released, cells)))
        return path

    def grade(self, **more: Any) -> Summary:
        return grade_assignment(Course.open(self.root), "lecture9", workers=1, **more)

    def gradebook(self) -> dict[tuple[str, str], tuple[Any, ...]]:
        with Gradebook(self.url) as book:
            return {
                (submission.student_id, grade.name): (grade.auto_score, grade.manual_score, grade.needs_manual_grade)
                for submission in book.assignment_submissions("lecture9")
                for notebook in submission.notebooks
                for grade in notebook.grades
            }


@pytest.fixture(scope="module")
def released_class(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One release for the module; each test works on a copy."""
    return Class(tmp_path_factory.mktemp("released")).root


@pytest.fixture
def classroom(released_class: Path, tmp_path: Path) -> Class:
    copied = Class.__new__(Class)
    copied.root = Path(shutil.copytree(released_class, tmp_path / "course"))
    copied.url = f"sqlite:///{copied.root / 'gradebook.db'}"
    copied.released = json.loads((copied.root / "release/lecture9/toy.ipynb").read_text())
    return copied


def test_graded_class_is_in_nbgraders_gradebook(classroom: Class) -> None:
    classroom.submit("ada", RIGHT)
    classroom.submit("bob", WRONG | {"question1": "Because."})
    summary = classroom.grade()
    book = classroom.gradebook()
    assert book["ada", "halve-check"][0] == 3 and book["ada", "dozen-check"][0] == 1
    assert book["bob", "halve-check"][0] < 3 and book["bob", "dozen-check"][0] == 0
    assert summary.students["ada"] == 4 and summary.faults == []


def test_written_answer_waits_for_a_person_and_a_blank_one_scores_zero(classroom: Class) -> None:
    classroom.submit("ada", RIGHT)
    classroom.submit("bob", RIGHT | {"question1": "Because."})
    classroom.grade()
    book = classroom.gradebook()
    assert book["ada", "question1"] == (0.0, None, False)
    assert book["bob", "question1"] == (None, None, True)


def test_grading_twice_changes_nothing_and_runs_nothing(classroom: Class) -> None:
    classroom.submit("ada", WRONG)
    first = classroom.grade()
    before = classroom.gradebook()
    again = classroom.grade()
    assert (first.graded, again.graded, again.reused) == (1, 0, 1)
    assert classroom.gradebook() == before


def test_pages_are_written_again_only_where_something_differs(classroom: Class) -> None:
    for student in ("ada", "bob", "eve"):
        classroom.submit(student, WRONG | {"question1": "Because."})
    classroom.submit("zed", WRONG).write_text("{cut sho")
    classroom.grade()

    def written() -> dict[Path, int]:
        pages = [path for top in ("autograded", "feedback") for path in (classroom.root / top).rglob("*.*")]
        return {path.relative_to(classroom.root): path.stat().st_mtime_ns for path in pages}

    before = written()
    assert len(before) == 7
    classroom.grade()
    assert written() == before
    with Gradebook(classroom.url) as book:
        book.find_grade("question1", "toy", "lecture9", "ada").manual_score = 1.5
        book.db.commit()
    (classroom.root / "autograded/bob/lecture9/toy.ipynb").unlink()
    (classroom.root / "feedback/eve/lecture9/toy.html").write_text("spoilt")
    classroom.grade()
    now = written()
    changed = {path.parts[1] for path in now if now[path] != before.get(path)}
    assert changed == {"ada", "bob", "eve"} and set(now) == set(before)
    assert "1.5" in (classroom.root / "feedback/ada/lecture9/toy.html").read_text()


def test_newer_submission_replaces_the_older_one(classroom: Class) -> None:
    classroom.submit("ada", WRONG)
    classroom.grade()
    classroom.submit("ada", RIGHT)
    classroom.grade()
    assert classroom.gradebook()["ada", "halve-check"][0] == 3


def test_scores_and_comments_given_by_a_person_survive_grading_again(classroom: Class) -> None:
    classroom.submit("ada", WRONG | {"question1": "Because."})
    classroom.grade()
    with Gradebook(classroom.url) as book:
        grade = book.find_grade("question1", "toy", "lecture9", "ada")
        grade.manual_score, grade.needs_manual_grade = 1.5, False
        book.find_comment("question1", "toy", "lecture9", "ada").manual_comment = "Say why."
        book.db.commit()
    classroom.submit("ada", RIGHT | {"question1": "Because."})
    classroom.grade()
    assert classroom.gradebook()["ada", "question1"] == (None, 1.5, False)
    page = (classroom.root / "feedback/ada/lecture9/toy.html").read_text()
    assert "Say why." in page and "1.5" in page


def test_autograded_notebook_is_valid_and_holds_the_judges_table_and_the_rubric(classroom: Class) -> None:
    classroom.submit("ada", WRONG)
    classroom.grade()
    notebook = nbformat.read(classroom.root / "autograded/ada/lecture9/toy.ipynb", as_version=4)
    nbformat.validate(notebook)
    cells = {cell.metadata.nbgrader.grade_id: cell for cell in notebook.cells if "nbgrader" in cell.metadata}
    assert "This doubles" in cells["halve-check"].outputs[0].data["text/plain"]
    rubric = cells["question1-rubric"].source
    assert "Rubric" in rubric and "MARK SCHEME" not in rubric


def test_feedback_shows_hidden_cases_by_name_and_verdict_only(classroom: Class) -> None:
    classroom.submit("ada", WRONG)
    classroom.grade()
    page = (classroom.root / "feedback/ada/lecture9/toy.html").read_text()
    assert "hidden single number" in page and "Rubric" not in page
    hidden_row = page.split("hidden single number")[1].split("</tr>")[0]
    assert "expected:" not in hidden_row and "yours:" not in hidden_row


def test_file_that_is_no_notebook_stops_nobody_else(classroom: Class) -> None:
    classroom.submit("ada", RIGHT)
    classroom.submit("bob", RIGHT).write_text("{cut sho")
    summary = classroom.grade()
    assert len(summary.unreadable) == 1 and "not a notebook" in summary.unreadable[0]
    assert classroom.gradebook()["ada", "halve-check"][0] == 3
    assert classroom.gradebook()["bob", "halve-check"] == (None, None, True)


@pytest.mark.parametrize("kind", ["link", "dangling link", "endless device", "pipe", "folder"])
def test_what_is_no_file_of_its_own_is_named_and_stops_nobody_else(classroom: Class, kind: str) -> None:
    theirs = classroom.submit("ada", RIGHT)
    path = classroom.root / "submitted/bob/lecture9/toy.ipynb"
    path.parent.mkdir(parents=True)
    {
        "link": lambda: path.symlink_to(theirs),
        "dangling link": lambda: path.symlink_to("nowhere"),
        "endless device": lambda: path.symlink_to("/dev/zero"),
        "pipe": lambda: os.mkfifo(path),
        "folder": path.mkdir,
    }[kind]()
    summary = classroom.grade()
    assert summary.unreadable == ["bob: toy.ipynb is a link, a folder or a device: put the notebook itself there."]
    assert classroom.gradebook()["ada", "halve-check"][0] == 3
    assert classroom.gradebook()["bob", "halve-check"] == (None, None, True)


def test_file_of_many_gigabytes_is_named_without_being_read(classroom: Class) -> None:
    classroom.submit("ada", RIGHT)
    os.truncate(classroom.submit("bob", RIGHT), 1 << 40)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    summary = classroom.grade()
    assert summary.unreadable == ["bob: toy.ipynb is larger than 64 MB."] and summary.students["ada"] == 4
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 600_000  # kilobytes


def test_folder_whose_name_is_not_utf8_is_named_and_stops_nobody_else(classroom: Class) -> None:
    path = classroom.submit("ada", RIGHT)
    latin = os.fsencode(classroom.root / "submitted") + b"/caf\xe9/lecture9"
    os.makedirs(latin)
    shutil.copy(path, latin + b"/toy.ipynb")
    summary = classroom.grade()
    assert summary.unreadable == [r"The folder b'caf\xe9' under submitted/ is not named in UTF-8: rename it."]
    assert list(summary.students) == ["ada"]


def test_missing_notebook_scores_zero(classroom: Class) -> None:
    (classroom.root / "submitted/ada/lecture9").mkdir(parents=True)
    summary = classroom.grade()
    assert classroom.gradebook()["ada", "halve-check"] == (0.0, None, False)
    assert summary.notes == ["ada: toy was not handed in"]


def test_renamed_notebook_is_found_and_the_released_name_wins(classroom: Class) -> None:
    classroom.submit("ada", WRONG, "toy (2).ipynb")
    classroom.grade()
    assert classroom.gradebook()["ada", "dozen-check"][0] == 0
    classroom.submit("ada", RIGHT)
    summary = classroom.grade()
    assert classroom.gradebook()["ada", "dozen-check"][0] == 1
    assert summary.notes == ["ada: toy: toy.ipynb was graded, not toy (2).ipynb"]


def test_late_submission_loses_what_the_policy_says_and_is_told_so(classroom: Class) -> None:
    config = classroom.root / "gradebook_config.py"
    lines = "c.Autograder.due = {'lecture9': '2027-01-01 12:00 UTC'}\nc.Autograder.late = {'penalty_per_day': 0.25}\n"
    config.write_text(config.read_text() + lines + "c.Autograder.extensions = {'lecture9': {'bob': 3}}\n")
    for student in ("ada", "bob"):
        path = classroom.submit(student, RIGHT)
        (path.parent / "timestamp.txt").write_text("2027-01-02 18:00:00 UTC")
    classroom.grade()
    with Gradebook(classroom.url) as book:
        assert book.find_submission("lecture9", "ada").late_submission_penalty == pytest.approx(0.5 * 4)
        assert book.find_submission("lecture9", "bob").late_submission_penalty == 0
    assert "50% of the points" in (classroom.root / "feedback/ada/lecture9/toy.html").read_text()


# --- bad input: one clear sentence, nothing lost --------------------------------------------------------------------


def sentence_of(root: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any, *arguments: str) -> str:
    monkeypatch.chdir(root)
    assert main(list(arguments)) == 2
    said: str = capsys.readouterr().err.strip()
    assert len(said.splitlines()) == 1
    return said


def test_unknown_assignment_is_named_with_the_known_ones(
    classroom: Class, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    said = sentence_of(classroom.root, monkeypatch, capsys, "grade", "lecture8")
    assert said == "There is no assignment 'lecture8'; the assignments are lecture9."


def test_missing_folder_of_submissions_says_where_to_put_them(
    classroom: Class, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    said = sentence_of(classroom.root, monkeypatch, capsys, "grade", "lecture9")
    assert "put submissions there as submitted/<student>/lecture9/" in said


def test_folder_that_is_no_course_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    assert "Run this in the course folder" in sentence_of(tmp_path, monkeypatch, capsys, "grade", "lecture9")


def test_unreleased_assignment_says_what_to_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    root = toy_course(tmp_path)
    (root / "submitted/ada/lecture9").mkdir(parents=True)
    assert "autograder release lecture9" in sentence_of(root, monkeypatch, capsys, "grade", "lecture9")


def test_damaged_gradebook_is_named_and_left_alone(
    classroom: Class, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    classroom.submit("ada", RIGHT)
    (classroom.root / "gradebook.db").write_bytes(b"not a database at all" * 100)
    said = sentence_of(classroom.root, monkeypatch, capsys, "grade", "lecture9")
    assert "is damaged" in said and "put it aside or restore a copy" in said
    assert (classroom.root / "gradebook.db").read_bytes() == b"not a database at all" * 100


def test_full_disk_is_said_and_what_was_graded_is_kept(
    classroom: Class, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    classroom.submit("ada", RIGHT)

    def no_space(path: Path, text: str) -> None:
        raise OSError(errno.ENOSPC, "No space left on device", str(path))

    monkeypatch.setattr("autograder.grading.desk.write_whole", no_space)
    monkeypatch.chdir(classroom.root)
    assert main(["grade", "lecture9", "--workers", "1"]) == 2
    assert "The disk is full. Make room, then run the same command again" in capsys.readouterr().err
    monkeypatch.undo()
    assert classroom.grade().reused == 1


def test_misspelt_option_is_named_with_the_nearest_one(classroom: Class) -> None:
    config = classroom.root / "gradebook_config.py"
    config.write_text(config.read_text() + "c.Autograder.cell_second = 5\n")
    with pytest.raises(ConfigurationError, match=r"cell_second is not an option; did you mean cell_seconds\?"):
        load(classroom.root)


def test_misspelt_option_of_nbgrader_is_named_too(classroom: Class) -> None:
    config = classroom.root / "gradebook_config.py"
    config.write_text(config.read_text() + "c.CourseDirectory.course_ID = 'x'\n")
    with pytest.raises(ConfigurationError, match=r"course_ID is not an option; did you mean course_id\?"):
        load(classroom.root, thorough=True)


def test_configuration_that_does_not_run_says_why(classroom: Class) -> None:
    (classroom.root / "gradebook_config.py").write_text("c = get_config(\n")
    with pytest.raises(ConfigurationError, match="cannot be read: SyntaxError"):
        load(classroom.root)


def test_gradebook_in_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(GradebookError, match="cannot be opened"):
        CourseGradebook(f"sqlite:///{tmp_path}/nowhere/gradebook.db")


def test_student_without_submission_is_named(classroom: Class) -> None:
    classroom.submit("ada", RIGHT)
    with pytest.raises(NoCourse, match="no submission of lecture9 by zed"):
        classroom.grade(students=["zed"])


def test_submission_of_another_challenge_is_judged_as_what_it_says_it_is(course: Course, released: Any) -> None:
    from autograder.notebooks.read import parse

    content = json.dumps(released["challenge2_svd_energy"]).encode()
    read = parse(content, "challenge1_tensor_contraction.ipynb", course.challenges)
    assert read.challenge.name == "challenge2_svd_energy"
