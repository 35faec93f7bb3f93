"""Claims about what is left when a run is killed: nothing runs on, and the same command ends in the same gradebook."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest

from autograder.cli import main
from autograder.course import Course
from autograder.grading.batch import grade_assignment
from tests.processes import family, still_alive
from tests.test_grading import RIGHT, WRONG, Class

STUDENTS = 6
COMMAND = ["grade", "lecture9", "--workers", "2", "--json", "-"]


@pytest.fixture(scope="module")
def handed_in(tmp_path_factory: pytest.TempPathFactory) -> Class:
    """A class whose submissions take a while, so that a run can be caught in the middle."""
    classroom = Class(tmp_path_factory.mktemp("killed"))
    for number in range(STUDENTS):
        cells = (RIGHT, WRONG, RIGHT | {"question1": "Because."})[number % 3]
        classroom.submit(f"student{number}", cells | {"setup": f"import time  # {number}\ntime.sleep(0.1)"})
    return classroom


def copy_of(classroom: Class, folder: Path) -> Class:
    copied = Class.__new__(Class)
    copied.root = Path(shutil.copytree(classroom.root, folder))
    copied.url = f"sqlite:///{copied.root / 'gradebook.db'}"
    return copied


def victim(coordinator: int, kind: str, rng: random.Random) -> int:
    """A process of the wanted kind; the coordinator itself where there is none yet."""
    of_kind = {
        "coordinator": lambda command: False,
        "grader": lambda command: "bwrap" not in command and "autograder.sandbox.server" not in command,
        "bwrap": lambda command: "bwrap" in command,
        "fork server": lambda command: "autograder.sandbox.server" in command and "bwrap" not in command,
    }[kind]
    candidates = sorted(pid for pid, command in family(coordinator).items() if of_kind(command))
    return rng.choice(candidates) if candidates else coordinator


def started(root: Path) -> int:
    """The process of the command, forked from this one, which has imported everything that takes seconds."""
    pid = os.fork()
    if pid:
        return pid
    try:
        os.chdir(root)
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, 1)
        os.dup2(nowhere, 2)
        main(COMMAND)
    finally:
        os._exit(0)


def kill_at_random(classroom: Class, rng: random.Random, kind: str, longest: float) -> list[int]:
    """Starts the command and kills one of its processes after a while; those that it had had then."""
    running = started(classroom.root)
    time.sleep(rng.uniform(0.0, longest))
    seen = [running, *family(running)]
    with suppress(ProcessLookupError):  # it may have ended by itself just now
        os.kill(victim(running, kind, rng), signal.SIGKILL)
    os.waitpid(running, 0)
    return seen


def resumes(handed_in: Class, folder: Path, moments: int, seed: int) -> None:
    rng = random.Random(seed)
    whole = copy_of(handed_in, folder / "whole")
    start = time.monotonic()
    grade_assignment(Course.open(whole.root), "lecture9", workers=2)
    longest = time.monotonic() - start
    wanted = whole.gradebook()
    kinds = ["coordinator", "grader", "bwrap", "fork server"]
    killed = copy_of(handed_in, folder / "killed")
    for moment in range(moments):
        seen = kill_at_random(killed, rng, kinds[moment % len(kinds)], longest)
        assert not still_alive(seen)
        if moment % 4 == 3:  # a run may be killed several times before it comes through
            grade_assignment(Course.open(killed.root), "lecture9", workers=2)
            assert killed.gradebook() == wanted
            for name in ("gradebook.db", ".autograder", "autograded", "feedback"):
                path = killed.root / name
                shutil.rmtree(path) if path.is_dir() else path.unlink()
            shutil.copy(handed_in.root / "gradebook.db", killed.root / "gradebook.db")


def test_run_killed_at_20_random_moments_resumes_to_the_same_gradebook_and_leaves_no_process(
    handed_in: Class, tmp_path: Path
) -> None:
    resumes(handed_in, tmp_path, 20, seed=1)


@pytest.mark.full
def test_run_killed_at_120_random_moments_resumes_to_the_same_gradebook(handed_in: Class, tmp_path: Path) -> None:
    resumes(handed_in, tmp_path, 120, seed=2)


def test_line_torn_by_a_kill_is_left_out_of_the_history(handed_in: Class, tmp_path: Path) -> None:
    classroom = copy_of(handed_in, tmp_path / "torn")
    grade_assignment(Course.open(classroom.root), "lecture9", workers=2)
    history = classroom.root / ".autograder/history/lecture9.jsonl"
    whole = history.read_text()
    history.write_text(whole[:-40])
    grade_assignment(Course.open(classroom.root), "lecture9", workers=2)
    lines = history.read_text().splitlines()
    assert len(lines) == STUDENTS + 1
    assert {json.loads(line)["student"] for line in lines[:-2] + lines[-1:]} == {f"student{n}" for n in range(STUDENTS)}


def test_ctrl_c_ends_other_commands_with_a_word(
    handed_in: Class, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted(*arguments: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.chdir(handed_in.root)
    monkeypatch.setattr("autograder.report.graded.read_graded", interrupted)
    assert main(["report", "lecture9"]) == 130
    assert capsys.readouterr().err.strip() == "Stopped."


def test_ctrl_c_stops_cleanly_and_says_how_to_go_on(handed_in: Class, tmp_path: Path) -> None:
    classroom = copy_of(handed_in, tmp_path / "stopped")
    running = subprocess.Popen(
        [sys.executable, "-m", "autograder.cli", *COMMAND],
        cwd=classroom.root,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    while running.poll() is None and not list(classroom.root.glob(".autograder/results/*/*.json")):
        time.sleep(0.01)
    seen = [running.pid, *family(running.pid)]
    os.killpg(running.pid, signal.SIGINT)  # as a terminal does: to every process in the foreground
    _, said = running.communicate(timeout=30)
    assert running.returncode == 130
    assert said.strip() == "Stopped. What was graded is kept: run the same command again to go on."
    assert not still_alive(seen)
    summary = grade_assignment(Course.open(classroom.root), "lecture9", workers=2)
    assert summary.reused > 0 and len(summary.students) == STUDENTS
