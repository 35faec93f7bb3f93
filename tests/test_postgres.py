"""Claims about a gradebook on PostgreSQL, on a real server that these tests start for themselves."""

from __future__ import annotations

import glob
import json
import os
import pwd
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from nbgrader.api import Gradebook

from autograder.adapters.gradebook import CourseGradebook, GradebookError
from autograder.cli import main
from autograder.grading.report import Report
from tests.test_grading import RIGHT, WRONG, Class
from tests.toy import toy_course

pytest.importorskip("psycopg", reason="the extra `postgres` is not installed")


def program(name: str) -> str | None:
    """The newest installed one; Debian keeps them out of PATH."""
    return next(iter(sorted(glob.glob(f"/usr/lib/postgresql/*/bin/{name}"), reverse=True)), shutil.which(name))


def not_root() -> Callable[[], None] | None:
    """PostgreSQL refuses to run as root: what a child process calls to become somebody else."""
    if os.getuid() != 0:
        return None
    names = [name for name in ("postgres", "nobody") if name in {entry.pw_name for entry in pwd.getpwall()}]
    user = pwd.getpwnam(names[0])

    def become() -> None:
        os.setgroups([])
        os.setresgid(user.pw_gid, user.pw_gid, user.pw_gid)
        os.setresuid(user.pw_uid, user.pw_uid, user.pw_uid)

    return become


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """The URL of a fresh, empty database."""
    initdb, postgres = program("initdb"), program("postgres")
    if initdb is None or postgres is None:
        pytest.skip("no PostgreSQL server is installed here (Debian: apt-get install postgresql)")
    folder = Path(f"/tmp/autograder-postgres-{os.getpid()}")  # short: a socket's path has at most 107 bytes
    folder.mkdir(mode=0o755)
    become = not_root()
    if become is not None:
        owner = pwd.getpwnam("postgres" if "postgres" in {e.pw_name for e in pwd.getpwall()} else "nobody")
        os.chown(folder, owner.pw_uid, owner.pw_gid)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"}
    running = None
    try:
        made = [initdb, "-D", f"{folder}/data", "-U", "grader", "-A", "trust", "--no-sync"]
        subprocess.run(made, check=True, capture_output=True, preexec_fn=become, env=environment, cwd="/")
        start = [postgres, "-D", f"{folder}/data", "-h", "127.0.0.1", "-p", str(port), "-k", str(folder), "-F"]
        with (folder / "log").open("wb") as log:
            running = subprocess.Popen(start, stdout=log, stderr=log, preexec_fn=become, env=environment, cwd="/")
        url = f"postgresql+psycopg://grader@127.0.0.1:{port}/postgres"
        for _ in range(300):
            with socket.socket() as client:
                if client.connect_ex(("127.0.0.1", port)) == 0:
                    break
            assert running.poll() is None, (folder / "log").read_text()
            time.sleep(0.1)
        yield url
    finally:
        if running is not None:
            running.terminate()
            running.wait()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="module")
def on_server(server: str, tmp_path_factory: pytest.TempPathFactory) -> Class:
    """A toy course whose configuration names the server, released by the command."""
    made = Class.__new__(Class)
    made.root, made.url = toy_course(tmp_path_factory.mktemp("postgres")), server
    config = made.root / "gradebook_config.py"
    config.write_text(config.read_text() + f"c.CourseDirectory.db_url = {server!r}\n")
    before = os.getcwd()
    os.chdir(made.root)
    try:
        assert main(["release", "lecture9"]) == 0
    finally:
        os.chdir(before)
    made.released = json.loads((made.root / "release/lecture9/toy.ipynb").read_text())
    return made


def test_class_is_graded_into_a_gradebook_on_postgresql(on_server: Class) -> None:
    on_server.submit("ada", RIGHT)
    on_server.submit("bob", WRONG | {"question1": "Because."})
    first = on_server.grade()
    book = on_server.gradebook()
    assert book["ada", "halve-check"] == (3.0, None, False) and book["bob", "question1"] == (None, None, True)
    assert (first.graded, on_server.grade().reused) == (2, 2)
    assert on_server.gradebook() == book
    assert not (on_server.root / "gradebook.db").exists()


def test_points_given_by_a_person_on_postgresql_stay(on_server: Class) -> None:
    on_server.submit("cleo", WRONG)
    on_server.grade()
    with Gradebook(on_server.url) as book:
        book.find_grade("halve-check", "toy", "lecture9", "cleo").manual_score = 2.5
        book.db.commit()
    on_server.submit("cleo", RIGHT)
    on_server.grade()
    assert on_server.gradebook()["cleo", "halve-check"][1] == 2.5


def test_two_tas_who_write_the_same_new_students_at_once_both_come_through(on_server: Class) -> None:
    students = [f"crowd{number}" for number in range(12)]
    failed: list[BaseException] = []

    def write() -> None:
        try:
            with CourseGradebook(on_server.url) as gradebook:
                for student in students:
                    gradebook.write("lecture9", student, {"toy": Report("x", error="cut short")}, {})
        except BaseException as error:
            failed.append(error)

    tas = [threading.Thread(target=write) for _ in range(3)]
    for ta in tas:
        ta.start()
    for ta in tas:
        ta.join()
    assert failed == []
    book = on_server.gradebook()
    assert sum(student in students and cell == "halve-check" for student, cell in book) == len(students)


def test_server_that_does_not_answer_is_said_in_a_sentence() -> None:
    with pytest.raises(GradebookError, match="127.0.0.1:9/x cannot be used"):
        CourseGradebook("postgresql+psycopg://grader:secret@127.0.0.1:9/x")
