"""``autograder doctor`` proves what holds, and says what does not."""

from __future__ import annotations

from pathlib import Path

import pytest

from autograder import doctor
from autograder.cli import main
from autograder.course import Course
from autograder.doctor import ATTEMPTS, PROBES, examine
from autograder.sandbox.restricted import why_not
from tests.toy import toy_course


def test_doctor_finds_that_every_guarantee_holds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(toy_course(tmp_path))
    status = main(["doctor"])
    printed = capsys.readouterr().out
    assert status == 0, printed
    assert printed.count("holds") == len(ATTEMPTS) + len(PROBES)
    assert "confinement: bubblewrap" in printed and "CUDA:" in printed


def test_doctor_finds_that_every_guarantee_holds_under_the_restricted_confinement(tmp_path: Path) -> None:
    reason = why_not()
    if reason is not None:
        pytest.skip(f"the restricted confinement cannot be had here: {reason}")
    mode, findings = examine(Course.open(toy_course(tmp_path)), "restricted")
    assert mode == "restricted"
    assert not [finding for finding in findings if not finding.holds]


def test_doctor_finds_what_is_in_a_submissions_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    there = [b"doctor was looking for this", b"autograder.sandbox.student"]
    monkeypatch.setattr(doctor, "_needles", lambda course: there)
    monkeypatch.setattr(doctor, "ATTEMPTS", [each for each in ATTEMPTS if "memory" in each[0]][:1])
    monkeypatch.setattr(doctor, "PROBES", ())
    _, (finding,) = examine(Course.open(toy_course(tmp_path)))
    assert finding.managed == "needle 0"


def test_attempt_that_ends_at_a_limit_proves_nothing_but_that_limit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    greedy = "kept = [bytearray(b'x' * 20_000_000) for _ in range(1000)]"
    attempts = [("Memory is bounded", "", greedy), ("Nothing is in its memory", "", greedy)]
    monkeypatch.setattr(doctor, "ATTEMPTS", attempts)
    monkeypatch.setattr(doctor, "PROBES", ())
    _, (bounded, other) = examine(Course.open(toy_course(tmp_path)))
    assert bounded.holds and other.managed.startswith("the attempt itself failed")


def test_doctor_without_confinement_says_what_does_not_hold_and_ends_with_1(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(toy_course(tmp_path))
    assert main(["doctor", "--unconfined"]) == 1
    printed = capsys.readouterr().out
    assert "does not hold" in printed and "confinement: none" in printed
