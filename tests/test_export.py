"""Claims about grade files: their columns, what is left out, and what being late costs."""

from __future__ import annotations

import csv
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from nbgrader.api import Gradebook

from autograder.cli import main
from tests.class_of_toys import ASSIGNMENT, ToyClass

LATE = "c.Autograder.due = {'lecture9': '2027-01-01 12:00 UTC'}\nc.Autograder.late = {'penalty_per_day': 0.25}\n"


@pytest.fixture(scope="module")
def toys(tmp_path_factory: pytest.TempPathFactory) -> ToyClass:
    """ada is complete, bob's written answer waits, eve's name is a formula."""
    made = ToyClass(tmp_path_factory.mktemp("export"))
    made.hand_in("ada", answer="Because.")
    made.give("ada", 1.5)
    made.hand_in("bob", halve=False, answer="Because.")
    made.hand_in("eve", dozen=False)
    with Gradebook(made.url) as book:
        book.update_or_create_student(
            "ada", first_name="Ada", last_name="Lovelace", email="ada@example.org", lms_user_id="17"
        )
        book.update_or_create_student("eve", first_name="=1+1", last_name="Ève")
    return made


def exported(toys: ToyClass, monkeypatch: pytest.MonkeyPatch, how: str, *more: str) -> list[list[str]]:
    monkeypatch.chdir(toys.root)
    assert main(["export", ASSIGNMENT, "--format", how, *more]) == 0
    with (toys.root / "reports" / f"{ASSIGNMENT}-{how}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def test_csv_has_the_total_and_each_challenge_and_blanks_for_what_waits(
    toys: ToyClass, monkeypatch: pytest.MonkeyPatch
) -> None:
    head, ada, bob, eve = exported(toys, monkeypatch, "csv")
    assert head == [
        "assignment", "student_id", "last_name", "first_name", "email", "timestamp", "state",
        "raw_score", "late_submission_penalty", "score", "max_score", "toy",
    ]  # fmt: skip
    assert ada == [
        "lecture9", "ada", "Lovelace", "Ada", "ada@example.org", "2027-01-02 18:00:00 UTC", "final",
        "5.5", "0", "5.5", "6", "5.5",
    ]  # fmt: skip
    assert bob[6:] == ["waits for a person", "", "", "", "6", ""]
    assert eve[6:] == ["final", "3", "0", "3", "6", "3"]


def test_all_exports_the_points_so_far(toys: ToyClass, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = exported(toys, monkeypatch, "csv", "--all")
    assert rows[2][6:] == ["waits for a person", "1", "0", "1", "6", "1"]


def test_canvas_file_has_canvass_columns_and_only_final_totals(toys: ToyClass, monkeypatch: pytest.MonkeyPatch) -> None:
    assert exported(toys, monkeypatch, "canvas") == [
        ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "lecture9"],
        ["    Points Possible", "", "", "", "", "6"],
        ["Lovelace, Ada", "17", "", "ada", "", "5.5"],
        ["Ève, =1+1", "", "", "eve", "", "3"],
    ]


def test_moodle_file_has_moodles_columns_and_only_final_totals(toys: ToyClass, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = exported(toys, monkeypatch, "moodle")
    names = ["Username", "First name", "Last name", "ID number", "Email address"]
    assert rows[0] == [*names, "Assignment: lecture9 (Real)", "toy (Real)"]
    assert rows[1] == ["ada", "Ada", "Lovelace", "17", "ada@example.org", "5.5", "5.5"]
    assert [row[0] for row in rows[1:]] == ["ada", "eve"]


def test_gradescope_file_has_gradescopes_columns(toys: ToyClass, monkeypatch: pytest.MonkeyPatch) -> None:
    head, ada, bob, _ = exported(toys, monkeypatch, "gradescope")
    assert head == [
        "First Name", "Last Name", "SID", "Email", "Sections", "Total Score", "Max Points", "Status",
        "Submission ID", "Submission Time", "Lateness (H:M:S)", "View Count", "Submission Count", "1: toy (6.0 pts)",
    ]  # fmt: skip
    assert ada[:8] == ["Ada", "Lovelace", "17", "ada@example.org", "", "5.5", "6", "Graded"]
    assert bob[5:8] == ["", "6", "Ungraded"]


def test_name_that_a_spreadsheet_would_run_is_text(toys: ToyClass, monkeypatch: pytest.MonkeyPatch) -> None:
    assert exported(toys, monkeypatch, "csv")[3][3] == "'=1+1"


def test_those_left_out_are_named(toys: ToyClass, monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    exported(toys, monkeypatch, "canvas")
    said = capsys.readouterr().out
    assert "2 students" in said and "1 students wait for a person and have no total" in said and "bob" in said


def test_late_penalty_follows_the_points_that_people_gave_since(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    toys = ToyClass(tmp_path)
    toys.configure(LATE)
    toys.hand_in("ada", answer="Because.")
    toys.give("ada", 2.0)
    row = exported(toys, monkeypatch, "csv")[1]
    assert row[7:10] == ["6", "3", "3"]


def test_nbgraders_own_export_runs_the_same_plugin(toys: ToyClass) -> None:
    plugin = "--exporter=autograder.adapters.exports.CanvasExport"
    command = [sys.executable, "-m", "nbgrader", "export", plugin, "--to", "from-nbgrader.csv"]
    command.append(f"--CourseDirectory.db_url={toys.url}")
    subprocess.run(command, cwd=toys.root, check=True, capture_output=True, timeout=120)
    assert "Lovelace, Ada" in (toys.root / "from-nbgrader.csv").read_text(encoding="utf-8")
