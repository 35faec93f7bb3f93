"""Hostile submissions gain nothing, read nothing of the grader's, and leave nothing behind."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from autograder.course import Course
from autograder.grading.submission import Grader
from autograder.sandbox.fork_server import ForkServer
from autograder.sandbox.restricted import why_not
from tests import attack_files
from tests.attack_files import Attack, complaints, damage, grade, processes_of, secret_lines
from tests.processes import processes_below
from tests.toy import toy_challenge, toy_course

ATTACKS = {attack.name: attack for attack in attack_files.all_attacks(toy_challenge())}
# those whose defence is another where there are no namespaces
WITHOUT_NAMESPACES = """
    closed_channel endless_loop_proof_against_signals files_left_behind fork_bomb fork_comet guess_the_paths
    kill_everything memory_in_files memory_in_many_processes memory_in_memfd new_namespaces raise_the_limits read_proc
    remembered_inputs shell_commands sockets stop_itself surviving_child trace_another_process walk_the_files
    write_to_the_programs
""".split()


@dataclass
class Arena:
    """A course with something to steal, its grader, and the processes that are there while nothing is graded."""

    grader: Grader
    server: ForkServer
    folder: Path
    secrets: list[str]
    idle: set[int]


def arena(folder: Path, mode: str | None) -> Iterator[Arena]:
    root = toy_course(folder)
    (root / "gradebook.db").write_text("the gradebook of the canary")
    course = Course.open(root)
    with ForkServer(mode=mode, data=course.data_folders()) as server:
        server.wait_ready()
        launcher = server.launchers[0]
        grader = Grader(course.challenges, launcher, limits=attack_files.LIMITS, secret=course.secret)
        yield Arena(grader, server, folder, secret_lines(root), processes_below(server.pid))


@pytest.fixture(scope="module")
def bubblewrap(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Arena]:
    yield from arena(tmp_path_factory.mktemp("attacked"), "bubblewrap")


@pytest.fixture(scope="module")
def restricted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Arena]:
    reason = why_not()
    if reason is not None:
        pytest.skip(f"the restricted confinement cannot be had here: {reason}")
    yield from arena(tmp_path_factory.mktemp("attacked"), "restricted")


def test_there_are_attacks_enough_and_each_makes_a_claim() -> None:
    assert len(ATTACKS) >= 45
    assert not [attack.name for attack in ATTACKS.values() if not attack.header.get("claim")]


@pytest.mark.parametrize("attack", ATTACKS.values(), ids=ATTACKS)
def test_attack_gains_nothing_and_harms_nobody(attack: Attack, bubblewrap: Arena) -> None:
    withstand(attack, bubblewrap)


@pytest.mark.parametrize("attack", [ATTACKS[name] for name in WITHOUT_NAMESPACES], ids=WITHOUT_NAMESPACES)
def test_attack_fails_under_the_restricted_confinement_too(attack: Attack, restricted: Arena) -> None:
    withstand(attack, restricted)


def withstand(attack: Attack, where: Arena) -> None:
    report, seconds = grade(attack, where.grader, where.folder)
    assert not complaints(attack, report, seconds, where.secrets), attack.header["claim"]
    assert processes_below(where.server.pid) == where.idle, "processes of the submission live on"
    uid = where.server.launchers[0].uid
    assert not (uid and processes_of(uid)), "processes of the submission's user live on"
    assert not damage(where.server.launchers[0])
