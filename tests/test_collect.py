"""Claims about collecting: zips as Canvas, Moodle and Gradescope make them, and zips made to do harm."""

from __future__ import annotations

import io
import json
import shutil
import stat
import zipfile
from pathlib import Path
from typing import Any

import pytest
from nbgrader.api import Gradebook

from autograder.cli import main
from tests.class_of_toys import ASSIGNMENT, ToyClass


@pytest.fixture(scope="module")
def released_toys(tmp_path_factory: pytest.TempPathFactory) -> ToyClass:
    return ToyClass(tmp_path_factory.mktemp("toys"))


@pytest.fixture
def toys(released_toys: ToyClass, tmp_path: Path) -> ToyClass:
    copied = ToyClass.__new__(ToyClass)
    copied.root = Path(shutil.copytree(released_toys.root, tmp_path / "course"))
    copied.url = f"sqlite:///{copied.root / 'gradebook.db'}"
    copied.released = released_toys.released
    return copied


def notebook(toys: ToyClass, mark: str) -> bytes:
    document = json.loads(json.dumps(toys.released))
    document["cells"].append({"cell_type": "markdown", "id": "mark", "metadata": {}, "source": mark})
    return json.dumps(document).encode()


def zipped(path: Path, files: dict[str, bytes], day: int = 5) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name, (2027, 1, day, 12, 0, 0)), content, zipfile.ZIP_DEFLATED)
    return path


def collected(toys: ToyClass, monkeypatch: pytest.MonkeyPatch, capsys: Any, *zips: Path, origin: str = "auto") -> str:
    monkeypatch.chdir(toys.root)
    status = main(["collect", ASSIGNMENT, *map(str, zips), "--from", origin])
    said = capsys.readouterr()
    assert status == 0, said.err
    return str(said.out)


def mark_of(toys: ToyClass, student: str) -> str:
    path = toys.root / "submitted" / student / ASSIGNMENT / "toy.ipynb"
    return str(json.loads(path.read_text(encoding="utf-8"))["cells"][-1]["source"])


def students(toys: ToyClass) -> list[str]:
    return sorted(path.parent.name for path in (toys.root / "submitted").glob(f"*/{ASSIGNMENT}"))


# --- what the three systems give ------------------------------------------------------------------------------------


def test_canvas_download_is_collected_and_late_ones_are_listed(
    toys: ToyClass, monkeypatch: pytest.MonkeyPatch, capsys: Any, tmp_path: Path
) -> None:
    files = {
        "lovelaceada_17_9001_toy.ipynb": notebook(toys, "ada"),
        "hopperbob_LATE_18_9002_toy.ipynb": notebook(toys, "bob"),
    }
    said = collected(toys, monkeypatch, capsys, zipped(tmp_path / "submissions.zip", files))
    assert students(toys) == ["hopperbob-18", "lovelaceada-17"] and mark_of(toys, "hopperbob-18") == "bob"
    assert "2 students, 2 notebooks" in said and "hopperbob-18: toy" in said.split("Marked late")[1]


def test_moodle_download_with_accents_is_collected_and_the_spelling_listed(
    toys: ToyClass, monkeypatch: pytest.MonkeyPatch, capsys: Any, tmp_path: Path
) -> None:
    decomposed = "Jose\u0301 Nu\u0301n\u0303ez_123_assignsubmission_file_/toy.ipynb"  # as macOS writes José Núñez
    files = {
        decomposed: notebook(toys, "josé"),
        "Łucja Øster_124_assignsubmission_file_/toy.ipynb": notebook(toys, "łucja"),
        "王芳_125_assignsubmission_file_/toy.ipynb": notebook(toys, "王芳"),
        "Ada Lovelace_126_assignsubmission_onlinetext_/onlinetext.html": b"<p>hello</p>",
    }
    said = collected(toys, monkeypatch, capsys, zipped(tmp_path / "moodle.zip", files))
    assert students(toys) == ["jose-nunez-123", "lucja-oster-124", "student-125"]
    assert "Łucja Øster → lucja-oster-124" in said and mark_of(toys, "student-125") == "王芳"


METADATA = """---
submission_456:
  :submitters:
  - :name: Ada Lovelace
    :sid: s0017
    :email: ada@example.org
  - :name: Bob Hopper
    :sid: s0018
    :email: bob@example.org
  :created_at: 2027-01-04 23:30:00.123456789 +01:00
  :score: 0.0
"""


def test_gradescope_export_gives_each_member_of_a_group_the_notebook_and_its_time(
    toys: ToyClass, monkeypatch: pytest.MonkeyPatch, capsys: Any, tmp_path: Path
) -> None:
    files = {
        "assignment_7_export/submission_metadata.yml": METADATA.encode(),
        "assignment_7_export/submission_456/toy.ipynb": notebook(toys, "both"),
    }
    collected(toys, monkeypatch, capsys, zipped(tmp_path / "export.zip", files))
    assert students(toys) == ["s0017", "s0018"]
    stamp = toys.root / "submitted/s0017" / ASSIGNMENT / "timestamp.txt"
    assert stamp.read_text().startswith("2027-01-04 22:30:00")
    with Gradebook(toys.url) as book:
        ada = book.find_student("s0017")
        assert (ada.first_name, ada.last_name, ada.email) == ("Ada", "Lovelace", "ada@example.org")


def test_student_whom_the_gradebook_knows_keeps_their_name_there(
    toys: ToyClass, monkeypatch: pytest.MonkeyPatch, capsys: Any, tmp_path: Path
) -> None:
    with Gradebook(toys.url) as book:
        book.add_student("ada", lms_user_id="17")
    path = zipped(tmp_path / "submissions.zip", {"lovelaceada_17_9001_toy.ipynb": notebook(toys, "ada")})
    collected(toys, monkeypatch, capsys, path)
    assert students(toys) == ["ada"]


# --- several of the same --------------------------------------------------------------------------------------------


def test_newest_of_several_counts_and_the_others_are_listed(
    toys: ToyClass, monkeypatch: pytest.MonkeyPatch, capsys: Any, tmp_path: Path
) -> None:
    files = {
        "ada_17_9003_toy-1.ipynb": notebook(toys, "second"),
        "ada_17_9001_toy.ipynb": notebook(toys, "first"),
    }
    said = collected(toys, monkeypatch, capsys, zipped(tmp_path / "submissions.zip", files))
    assert mark_of(toys, "ada-17") == "second"
    assert "toy: ada_17_9003_toy-1.ipynb counts, not ada_17_9001_toy.ipynb" in said
    assert "toy-1.ipynb → toy.ipynb" in said.split("Renamed")[1]


@pytest.mark.parametrize("name", ["toy (2).ipynb", "toy-Copy1.ipynb", "my homework.ipynb"])
def test_renamed_notebook_is_known_by_what_it_says_it_is(
    name: str, toys: ToyClass, monkeypatch: pytest.MonkeyPatch, capsys: Any, tmp_path: Path
) -> None:
    path = zipped(tmp_path / "m.zip", {f"Ada L_5_assignsubmission_file_/{name}": notebook(toys, "ada")})
    said = collected(toys, monkeypatch, capsys, path)
    assert mark_of(toys, "ada-l-5") == "ada" and f"{name} → toy.ipynb" in said


def test_later_download_replaces_and_what_it_lacks_stays(
    toys: ToyClass, monkeypatch: pytest.MonkeyPatch, capsys: Any, tmp_path: Path
) -> None:
    first = {f"{name}_{i}_90{i}_toy.ipynb": notebook(toys, name) for i, name in enumerate(("ada", "bob"))}
    collected(toys, monkeypatch, capsys, zipped(tmp_path / "a.zip", first))
    again = {"ada_0_999_toy.ipynb": notebook(toys, "ada again")}
    collected(toys, monkeypatch, capsys, zipped(tmp_path / "b.zip", again))
    assert mark_of(toys, "ada-0") == "ada again" and mark_of(toys, "bob-1") == "bob"


def test_collecting_the_same_zip_twice_changes_nothing(
    toys: ToyClass, monkeypatch: pytest.MonkeyPatch, capsys: Any, tmp_path: Path
) -> None:
    path = zipped(tmp_path / "a.zip", {"ada_1_901_toy.ipynb": notebook(toys, "ada")})
    collected(toys, monkeypatch, capsys, path)
    said = collected(toys, monkeypatch, capsys, path)
    assert mark_of(toys, "ada-1") == "ada" and "more than once" not in said


def test_zip_that_a_student_handed_in_is_looked_into(
    toys: ToyClass, monkeypatch: pytest.MonkeyPatch, capsys: Any, tmp_path: Path
) -> None:
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as archive:
        archive.writestr("homework/toy.ipynb", notebook(toys, "inside"))
        archive.writestr("__MACOSX/homework/._toy.ipynb", b"rubbish")
    collected(toys, monkeypatch, capsys, zipped(tmp_path / "c.zip", {"ada_1_901_hw.zip": inner.getvalue()}))
    assert mark_of(toys, "ada-1") == "inside"


def test_broken_notebook_under_its_name_is_collected_for_the_grader_to_report(
    toys: ToyClass, monkeypatch: pytest.MonkeyPatch, capsys: Any, tmp_path: Path
) -> None:
    files = {"ada_1_901_toy.ipynb": b"{cut sho", "bob_2_902_notes.ipynb": b"{cut sho"}
    said = collected(toys, monkeypatch, capsys, zipped(tmp_path / "c.zip", files))
    assert students(toys) == ["ada-1"] and "notes.ipynb is not a notebook" in said.split("Left out")[1]


# --- made to do harm ------------------------------------------------------------------------------------------------


def refused(toys: ToyClass, monkeypatch: pytest.MonkeyPatch, capsys: Any, path: Path) -> str:
    monkeypatch.chdir(toys.root)
    assert main(["collect", ASSIGNMENT, str(path)]) == 2
    assert not (toys.root / "submitted").exists()
    said = str(capsys.readouterr().err)
    assert len(said.strip().splitlines()) == 1
    return said


@pytest.mark.parametrize(
    "name", ["../../ada_1_2_toy.ipynb", "/etc/ada_1_2_toy.ipynb", "a/../../ada_1_2_toy.ipynb", "..\\ada_1_2_toy.ipynb",
             "C:\\ada_1_2_toy.ipynb"]
)  # fmt: skip
def test_path_that_leads_out_is_refused(
    name: str, toys: ToyClass, monkeypatch: pytest.MonkeyPatch, capsys: Any, tmp_path: Path
) -> None:
    files = {"eve_3_4_toy.ipynb": notebook(toys, "eve"), name: b"{}"}
    said = refused(toys, monkeypatch, capsys, zipped(tmp_path / "evil.zip", files))
    assert "leads out of the folder" in said


def test_link_is_refused(toys: ToyClass, monkeypatch: pytest.MonkeyPatch, capsys: Any, tmp_path: Path) -> None:
    path = tmp_path / "evil.zip"
    with zipfile.ZipFile(path, "w") as archive:
        entry = zipfile.ZipInfo("ada_1_2_toy.ipynb")
        entry.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(entry, "/etc/passwd")
    assert "is a link" in refused(toys, monkeypatch, capsys, path)


def test_zip_bomb_is_refused(toys: ToyClass, monkeypatch: pytest.MonkeyPatch, capsys: Any, tmp_path: Path) -> None:
    path = zipped(tmp_path / "evil.zip", {"ada_1_2_toy.ipynb": b"0" * 60_000_000})
    assert "as a zip bomb does" in refused(toys, monkeypatch, capsys, path)


def test_bomb_in_a_students_zip_costs_nobody_else(
    toys: ToyClass, monkeypatch: pytest.MonkeyPatch, capsys: Any, tmp_path: Path
) -> None:
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("toy.ipynb", b"0" * 60_000_000)
    files = {"eve_1_901_hw.zip": inner.getvalue(), "bob_2_902_toy.ipynb": notebook(toys, "bob")}
    said = collected(toys, monkeypatch, capsys, zipped(tmp_path / "c.zip", files))
    assert students(toys) == ["bob-2"] and "as a zip bomb does" in said.split("Left out")[1]


def test_file_that_is_no_zip_and_a_zip_of_another_kind_are_named(
    toys: ToyClass, monkeypatch: pytest.MonkeyPatch, capsys: Any, tmp_path: Path
) -> None:
    path = tmp_path / "no.zip"
    path.write_bytes(b"hello")
    assert "no.zip is no zip that can be read" in refused(toys, monkeypatch, capsys, path)
    other = zipped(tmp_path / "other.zip", {"holiday.ipynb": b"{}"})
    assert "looks like no download from Canvas" in refused(toys, monkeypatch, capsys, other)


def test_metadata_that_would_run_something_is_refused(
    toys: ToyClass, monkeypatch: pytest.MonkeyPatch, capsys: Any, tmp_path: Path
) -> None:
    harm = b"!!python/object/apply:os.system ['true']"
    files = {"e/submission_metadata.yml": harm, "e/submission_1/toy.ipynb": b"{}"}
    said = refused(toys, monkeypatch, capsys, zipped(tmp_path / "g.zip", files))
    assert "submission_metadata.yml cannot be read" in said
