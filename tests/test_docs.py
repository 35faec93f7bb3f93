"""Every command that the pages for people show is run here, in order, in a copy of the toy course."""

from __future__ import annotations

import fnmatch
import json
import re
import shlex
import zipfile
from pathlib import Path
from typing import Any

import pytest

from autograder.cli import _parser, main
from autograder.notebooks.fill import fill
from autograder.notebooks.release import release
from tests.toy import toy_course

DOCS = Path(__file__).resolve().parent.parent / "docs"
PAGES = ("students.md", "tas.md", "instructors.md")
# what stays open, or takes minutes, is read by the command line but not run: each has tests of its own
NOT_RUN = ("formgrader", "demo", "calibrate")
RIGHT = "def halve(x):\n    if len(x) == 0:\n        raise ValueError\n    return x / 2"
STUDENTS = {
    "ada_17_9001_toy.ipynb": {"halve": RIGHT},
    "bob_18_9002_toy.ipynb": {"halve": "def halve(x):\n    return 2 * x"},
}


def blocks(page: str) -> list[str]:
    """The commands in fenced blocks of a shell."""
    text = (DOCS / page).read_text(encoding="utf-8")
    shell = re.findall(r"^```(?:sh|console|bash)\n(.*?)^```", text, re.S | re.M)
    return [line.removeprefix("$ ").split("  #")[0].strip() for block in shell for line in block.splitlines() if line]


def in_the_text(page: str) -> list[str]:
    """The commands in the running text."""
    return re.findall(r"`(autograder [a-z][^`]*)`", (DOCS / page).read_text(encoding="utf-8"))


def for_the_toys(command: str, home: Path) -> list[str]:
    names = {"lecture1": "lecture9", "challenge1_tensor_contraction": "toy", "--student ada": "--student ada-17"}
    for here, there in {**names, "submitted/ada/": "submitted/ada-17/", "~": str(home)}.items():
        command = command.replace(here, there)
    return shlex.split(command)


@pytest.fixture
def course(tmp_path: Path) -> Path:
    """A toy course that is released, and a download of Canvas."""
    root = toy_course(tmp_path)
    release(root, "lecture9", db_url=f"sqlite:///{root / 'gradebook.db'}")
    released = json.loads((root / "release/lecture9/toy.ipynb").read_text())
    downloads = tmp_path / "Downloads"
    downloads.mkdir()
    with zipfile.ZipFile(downloads / "submissions.zip", "w") as archive:
        for name, cells in STUDENTS.items():
            archive.writestr(name, json.dumps(fill(released, cells)))
    return root


@pytest.mark.parametrize("page", PAGES)
def test_commands_shown_are_run_in_order(
    page: str, course: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    monkeypatch.chdir(course)
    for command in blocks(page):
        program, name, *_ = words = for_the_toys(command, course.parent)
        assert program == "autograder", command
        if name in NOT_RUN:
            _parser().parse_args(words[1:])
            continue
        status = main(words[1:])
        # a doctor who finds something amiss on this machine has done what was asked
        assert status == 0 or (name == "doctor" and status == 1), (command, capsys.readouterr().err)


@pytest.mark.parametrize("page", PAGES)
def test_commands_in_the_text_are_there(page: str) -> None:
    for command in in_the_text(page):
        words = command.split()[1:]
        if len(words) > 1 or words[0] in ("demo", "doctor", "formgrader"):
            _parser().parse_args(words)
        else:
            with pytest.raises(SystemExit) as ended:
                _parser().parse_args([*words, "--help"])
            assert ended.value.code == 0, command


@pytest.mark.parametrize("page", PAGES)
def test_links_and_pictures_lead_somewhere(page: str) -> None:
    text = (DOCS / page).read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)#:]+)\)", text):
        assert (DOCS / target).is_file(), target
    for picture in re.findall(r"!\[([^\]]*)\]", text):
        assert picture


def test_page_on_security_names_attacks_and_tests_that_there_are() -> None:
    tests = DOCS.parent / "tests"
    attacks = {path.stem for path in (tests / "attacks").iterdir()}
    modules = "\n".join(path.read_text(encoding="utf-8") for path in tests.glob("test_*.py"))
    functions = set(re.findall(r"^def (test_\w+)", modules, re.M))
    rows = re.findall(r"^\| [^|]+ \| (.+) \|$", (DOCS / "security.md").read_text(encoding="utf-8"), re.M)
    named = {name for row in rows for name in re.findall(r"`([^`]+)`", row) if re.fullmatch(r"[\w*/.]+", name)}
    assert len(named) > 40
    for name in sorted(named):
        here = any(fnmatch.fnmatch(attack, name) for attack in attacks) or name in functions
        assert here or (DOCS.parent / name).is_file(), name


def test_pictures_are_small() -> None:
    for path in (DOCS / "pictures").glob("*.png"):
        assert path.stat().st_size < 150_000, path
