"""Claims about the students' feedback page."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from autograder.adapters.gradebook import Mark
from autograder.notebooks.fill import fill
from autograder.notebooks.read import SubmittedNotebook, parse
from autograder.report.class_report import class_report
from autograder.report.feedback import feedback
from tests.browser import violations
from tests.class_of_toys import toy_report
from tests.test_report import checked, graded
from tests.toy import toy_challenge

CODE = "def halve(x):\n    # <script>alert('x')</script> é\n    return 2 * x"
CHALLENGE = toy_challenge()
MARKS = {
    "halve-check": Mark(0.0, 3.0, False, False, ""),
    "dozen-check": Mark(1.0, 1.0, False, False, ""),
    "question1": Mark(1.5, 2.0, True, False, "item 1: 1\nitem 2: 0.5\nSay *why*."),
}


def handed_in(**cells: str) -> SubmittedNotebook:
    metadata = {"autograder": {"assignment": "lecture9", "challenge": "toy"}}
    ids = ["halve", "dozen", "question1"]
    raw = [
        {"cell_type": "markdown" if name == "question1" else "code", "metadata": {"nbgrader": {"grade_id": name}},
         "source": ""}
        for name in ids
    ]  # fmt: skip
    document = fill({"cells": raw, "metadata": metadata}, cells)
    return parse(json.dumps(document).encode(), "toy.ipynb", {"toy": CHALLENGE})


def toy_page(marks: dict[str, Mark] | None = None, **more: Any) -> str:
    notebook = handed_in(halve=CODE, question1="Because **2** & 3.")
    report = toy_report("ada", False, True)
    return feedback(notebook, report, MARKS if marks is None else marks, title="A toy · ada", **more)


def test_score_stands_at_the_top() -> None:
    page = toy_page()
    assert page.index("<strong>2.5</strong> of 6 points") < page.index("<h2>")


def test_late_penalty_is_taken_off_the_score_and_explained() -> None:
    page = toy_page(penalty="Handed in late: 20% of the points are taken off.", late_share=0.2)
    assert "<strong>2</strong> of 6 points" in page
    assert "20% of the points are taken off. (2.5 points before)" in page


def test_hint_of_a_recognised_mistake_stands_with_its_exercise() -> None:
    assert "Hint: This doubles" in toy_page().split('id="halve"')[1].split("</section>")[0]


def test_hidden_case_shows_neither_inputs_nor_expected_values() -> None:
    page = toy_page()
    row = page.split("hidden zeros")[1].split("</tr>")[0]
    assert "3 of 3 entries differ" in row and "expected:" not in row
    assert "expected: [1.0]" in page.split("three numbers")[1].split("</tr>")[0]


def test_fault_of_the_grader_is_not_shown() -> None:
    from dataclasses import replace

    report = toy_report("ada", False, True)
    cases = tuple(replace(case, fault="Traceback: /secret/path") for case in report.exercises[0].cases)
    report = replace(report, exercises=(replace(report.exercises[0], cases=cases), report.exercises[1]))
    assert "/secret/path" not in feedback(handed_in(halve=CODE), report, MARKS, title="A toy")


def test_points_of_rubric_items_and_the_comment_are_shown_once_a_person_has_read_the_answer() -> None:
    page = toy_page().split('id="question1"')[1]
    assert "Mentions that halving is exact in binary." in page and "1 of 1" in page and "0.5 of 1" in page
    assert "Say *why*." in page and "item 1" not in page


def test_rubric_is_not_shown_before_a_person_has_read_the_answer() -> None:
    unread = MARKS | {"question1": Mark(0.0, 2.0, False, True, "")}
    page = toy_page(unread)
    assert "Mentions that halving" not in page and "Not read yet (2 points)" in page


def test_code_of_the_student_is_coloured_and_harmless() -> None:
    page = toy_page()
    assert '<span class="k">def</span>' in page and "<script>" not in page and "&lt;script&gt;" in page


def test_half_a_surrogate_pair_can_be_written() -> None:
    page = feedback(handed_in(halve="x = '\ud800'"), toy_report("ada", False, True), MARKS, title="A toy")
    assert page.encode("utf-8")


def test_page_is_self_contained_and_its_ids_are_unique() -> None:
    page = checked(toy_page())
    assert page.fetched == [] and len(page.ids) == len(set(page.ids))


# --- in a browser ---------------------------------------------------------------------------------------------------

BAD = '<!DOCTYPE html><html><head></head><body><main><img src="x"><p style="color:#ccc">pale</p></main></body></html>'


def test_axe_would_find_a_picture_without_text_and_pale_letters() -> None:
    assert {"image-alt", "color-contrast"} <= {each["id"] for each in violations(BAD)}


@pytest.mark.parametrize("width, dark", [(1000, False), (390, True)])
def test_axe_finds_nothing_serious_in_feedback(width: int, dark: bool) -> None:
    assert violations(toy_page(), width=width, dark=dark) == []


@pytest.mark.parametrize("width, dark", [(1000, False), (390, True)])
def test_axe_finds_nothing_serious_in_the_class_report(width: int, dark: bool) -> None:
    import datetime

    everybody = [graded(f"s{i}", i % 3 > 0, i % 2 > 0, seconds=1.0 + i, notes=("odd",)) for i in range(20)]
    page = class_report("lecture9", everybody, {"toy": CHALLENGE}, datetime.datetime(2027, 2, 1))
    assert violations(page, width=width, dark=dark) == []


def test_page_is_printed(tmp_path: Path) -> None:
    from tests.browser import in_browser

    source, paper = tmp_path / "page.html", tmp_path / "page.pdf"
    source.write_text(toy_page(), encoding="utf-8")
    in_browser(source, f"--print-to-pdf={paper}")
    assert paper.read_bytes().startswith(b"%PDF")
