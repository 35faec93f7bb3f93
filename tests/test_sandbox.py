"""Claims about the sandbox: limits, outputs, what crosses, what survives, and what is said where there is none."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from autograder.oracle import Status
from autograder.plain import VALUES, Handle, NotPlain, Source, TorchTensor, from_bytes, to_bytes
from autograder.sandbox import confinement, restricted
from autograder.sandbox.confinement import NoConfinement
from autograder.sandbox.fork_server import ForkServer
from autograder.sandbox.limits import Limits
from autograder.sandbox.outputs import believed
from autograder.sandbox.session import Session
from tests.processes import processes_below, still_alive

ROOT = Path(__file__).resolve().parent.parent
SMALL = Limits(
    cell_seconds=1, call_seconds=1, notebook_seconds=15, memory=500 * 2**20, processes=32, scratch=20_000_000,
    cell_output=5_000, notebook_output=20_000, value=4_000_000,
)  # fmt: skip


@pytest.fixture
def session(fork_server: ForkServer) -> Iterator[Session]:
    with Session(fork_server.launchers[0], SMALL) as session:
        yield session


def text_of(outputs: list[dict[str, Any]]) -> str:
    return "".join(output.get("text", "") for output in outputs)


# --- cells and calls ---


def test_interrupted_cell_keeps_what_came_before_and_within_it(session: Session) -> None:
    session.run_cell("earlier = 1")
    run = session.run_cell("print('begun')\nwithin = 2\nwhile True:\n    pass")
    assert run.status is Status.TIMED_OUT
    assert text_of(run.outputs) == "begun\n"
    assert (session.value("earlier").value, session.value("within").value) == (1, 2)


def test_killed_process_is_made_anew_and_its_cells_run_again(session: Session) -> None:
    session.run_cell("import os\nearlier = os.getpid() and 1\nboot = []")
    session.run_cell("boot.append(1)")
    assert session.run_cell("os._exit(1)").status is Status.DIED
    assert session.value("earlier").value == 1
    assert session.value("boot").value == [1]
    assert session.run_cell("later = 3").status is Status.RETURNED


@pytest.mark.skipif(restricted.why_not() is not None, reason="this kernel has no Landlock")
def test_submission_that_filled_its_scratch_starts_again_with_an_empty_one() -> None:
    fill = "import time\nfor n in range(5):\n    open(f'bomb{n}', 'wb').write(b'x' * 10_000_000)\ntime.sleep(9)"
    with ForkServer(mode="restricted", warm=[]) as server:
        server.wait_ready()
        with Session(server.launchers[0], Limits(scratch=20_000_000, cell_seconds=10)) as session:
            assert session.run_cell(fill).error == "it wrote more to files than is allowed"
            left = session.run_cell("import os, time\ntime.sleep(1.5)\nprint(os.listdir('.'))")
    assert left.status is Status.RETURNED and "bomb" not in text_of(left.outputs)


def test_process_that_keeps_dying_ends_the_notebook_at_last(session: Session) -> None:
    session.run_cell("import os\ndef die():\n    os._exit(1)")
    statuses = {session.call("die", (), {}, 1.0).status for _ in range(20)}
    assert statuses == {Status.DIED}


def test_interrupt_never_hits_the_next_call(session: Session) -> None:
    session.run_cell("import time\ndef slow(s):\n    time.sleep(s)\n    return s\ndef quick():\n    return 1")
    for seconds in (0.099, 0.1, 0.101, 0.102):
        session.call("slow", (seconds,), {}, 0.1)
        assert session.call("quick", (), {}, 1.0).value == 1


def test_notebook_time_bounds_all_cells_together(fork_server: ForkServer) -> None:
    start = time.monotonic()
    with Session(fork_server.launchers[0], Limits(cell_seconds=1, notebook_seconds=2)) as session:
        statuses = [session.run_cell("import time\ntime.sleep(60)").status for _ in range(10)]
    assert set(statuses) == {Status.TIMED_OUT}
    assert time.monotonic() - start < 6


def test_outputs_are_cut_with_a_sentence(session: Session) -> None:
    run = session.run_cell("print('x' * 1_000_000)")
    assert len(text_of(run.outputs)) < 6_000
    assert "output cut" in text_of(run.outputs)
    assert text_of(session.run_cell("print('short')").outputs) == "short\n"


def test_outputs_of_a_notebook_are_bounded_together(session: Session) -> None:
    sizes = [len(text_of(session.run_cell("print('x' * 4_000)").outputs)) for _ in range(10)]
    assert sum(sizes) < 23_000


def test_outputs_that_are_no_outputs_are_left_out() -> None:
    told = [
        {"output_type": "stream", "name": "evil", "text": "kept"}, {"output_type": "stream", "text": 5}, 7, None,
        {"output_type": "error", "traceback": "no list"}, {"output_type": "display_data", "data": {"image/png": '"><'}},
        {"output_type": "display_data", "data": {"application/javascript": "alert(1)", "text/plain": "x"}}, {"a": 1},
    ]  # fmt: skip
    kept, _ = believed(told, 10_000)
    assert kept[0] == {"output_type": "stream", "name": "stdout", "text": "kept"}
    assert [output["output_type"] for output in kept] == ["stream", "stream", "error", "display_data", "display_data"]
    assert kept[3]["data"] == {} and kept[4]["data"] == {"text/plain": "x"}
    assert believed("no list", 10) == ([], 0)


# --- values ---


def test_values_cross_unchanged(session: Session) -> None:
    session.run_cell("def same(x):\n    return x")
    values = [0, -(10**300), 1.5, float("inf"), 1j, "ü\n", None, True, [1, (2, [3])], {"a": {1: 2.5}}]
    for value in values:
        assert session.call("same", (value,), {}, 1.0).value == value
    for array in (np.arange(6.0).reshape(2, 3), np.zeros((0, 3), np.float32), np.array(5, np.int8), np.array([1j, 2])):
        back = session.call("same", (array,), {}, 1.0).value
        assert back.dtype == array.dtype and back.shape == array.shape and np.array_equal(back, array)


def test_values_up_to_the_limit_cross_and_larger_ones_do_not(session: Session) -> None:
    session.run_cell("import numpy as np\ndef zeros(n):\n    return np.zeros(n)")
    assert session.call("zeros", (490_000,), {}, 1.0).value.size == 490_000
    refused = session.call("zeros", (900_000,), {}, 1.0)
    assert refused.status is Status.RAISED and "larger than the 4 MB" in refused.error


def test_large_arguments_cross(session: Session) -> None:
    session.run_cell("def total(x):\n    return float(x.sum())")
    assert session.call("total", (np.ones(4_000_000),), {}, 5.0).value == 4_000_000


def test_objects_stay_behind_as_handles_that_later_calls_can_name(session: Session) -> None:
    session.run_cell("class Model:\n    def __call__(self, x):\n        return 2 * x\ndef train():\n    return Model()")
    model = session.call("train", (), {}, 1.0).value
    assert model == Handle(0, "(one of your own)")
    assert session.call(model, (3,), {}, 1.0).value == 6


def test_callable_arguments_cross_as_text_that_is_built_inside(session: Session) -> None:
    session.run_cell("def apply(f, x):\n    return f(x)")
    assert session.call("apply", (Source("def f(x):\n    return x + shift", "f", {"shift": 2}), 1), {}, 1.0).value == 3


@pytest.mark.parametrize("marker", [Source("x = 1", "x"), TorchTensor(np.zeros(2))], ids=["Source", "TorchTensor"])
def test_answers_cannot_hold_program_text_or_its_like(marker: object) -> None:
    message = to_bytes({"value": [marker]})
    assert from_bytes(message)["value"]
    with pytest.raises(NotPlain):
        from_bytes(message, VALUES)


def test_integers_of_thousands_of_digits_are_refused_on_the_grader_s_side_too() -> None:
    head = b'[["l",[' + b"9" * 4000 + b"]],[]]"
    with pytest.raises(NotPlain):
        from_bytes(len(head).to_bytes(8, "big") + bytes(8) + head)


def test_half_a_surrogate_pair_becomes_a_question_mark() -> None:
    assert from_bytes(to_bytes("a\ud800b")) == "a?b"


def test_nothing_is_ever_unpickled() -> None:
    imports = re.compile(r"^\s*(import|from)\s+(pickle|cloudpickle|dill|shelve|marshal|joblib)\b", re.M)
    assert not [path for path in (ROOT / "autograder").rglob("*.py") if imports.search(path.read_text())]


def test_server_reads_nothing_that_a_student_writes() -> None:
    server = (ROOT / "autograder/sandbox/server.py").read_text()
    # the one receive is of the grader's control socket; the channel is handed on and closed
    assert server.count("recv_fds(") == 1
    assert ".recv(" not in server and ".receive(" not in server and "os.read(" not in server


# --- processes and limits ---


def test_processes_of_a_submission_are_gone_when_its_session_ends(fork_server: ForkServer) -> None:
    idle = processes_below(fork_server.pid)
    with Session(fork_server.launchers[0], SMALL) as session:
        session.run_cell("import subprocess\nfor _ in range(5):\n    subprocess.Popen(['sleep', '600'])")
        assert len(processes_below(fork_server.pid)) >= len(idle) + 6
    assert processes_below(fork_server.pid) == idle


def test_submission_that_runs_out_of_processes_is_told_so(session: Session) -> None:
    run = session.run_cell("import subprocess\nkept = [subprocess.Popen(['sleep', '600']) for _ in range(100)]")
    assert run.status in (Status.RAISED, Status.DIED)
    assert session.run_cell("1 + 1").status is Status.RETURNED


def test_memory_is_counted_beyond_what_the_fork_server_has(fork_server: ForkServer) -> None:
    with Session(fork_server.launchers[0], Limits(memory=200 * 2**20)) as session:
        assert session.run_cell("import numpy as np\nkept = np.ones(20_000_000)").status is Status.RETURNED
        assert session.run_cell("more = np.ones(20_000_000)").status is Status.OUT_OF_MEMORY


GRADER_THAT_DIES = """
import os, sys, time
from autograder.sandbox.limits import Limits
from autograder.sandbox.fork_server import ForkServer
from autograder.sandbox.session import Session
with ForkServer(mode=sys.argv[1], warm=()) as server:
    session = Session(server.launchers[0], Limits()).__enter__()
    session.run_cell("import subprocess\\nsubprocess.Popen(['sleep', '987654'])")
    print(server.pid, session._scratch, flush=True)
    time.sleep(600)
"""


@pytest.mark.parametrize("mode", ["bubblewrap", "restricted"])
def test_grader_process_that_dies_takes_its_submission_with_it(mode: str) -> None:
    reason = confinement._why_not(mode)
    if reason is not None:
        pytest.skip(f"{mode} cannot be had here: {reason}")
    grader = subprocess.Popen([sys.executable, "-c", GRADER_THAT_DIES, mode], stdout=subprocess.PIPE, cwd=ROOT)
    assert grader.stdout is not None
    pid, _, scratch = grader.stdout.readline().decode().strip().partition(" ")
    server = int(pid)
    family = processes_below(server) | {server}
    assert len(family) >= 3
    grader.kill()
    grader.wait()
    assert not still_alive(family)
    assert not (scratch and os.path.exists(scratch))


# --- confinements ---

NOT_ROOT = """
import os
from autograder.sandbox.limits import Limits
from autograder.sandbox.fork_server import ForkServer
from autograder.sandbox.session import Session
from tests.processes import processes_below
cell = '''
import os, signal, subprocess, time
def f(x):
    return x + 1
opened = []
for path in {forbidden!r}:
    try:
        opened.append(open(path).read()[:10])
    except OSError:
        pass
signalled = []
for pid in {pids!r}:
    try:
        os.kill(pid, 0)
        signalled.append(pid)
    except OSError:
        pass
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        while True:
            if os.fork():
                os._exit(0)
            time.sleep(0.01)
    os._exit(0)
'''
with ForkServer(mode="{mode}", warm=()) as server:
    server.wait_ready()
    idle = processes_below(server.pid)
    pids = [os.getpid()] if "{mode}" == "restricted" else []
    with Session(server.launchers[0], Limits(cell_seconds=5)) as session:
        run = session.run_cell(cell.replace("PIDS", repr(pids)))
        print(os.getuid(), run.status, run.error, session.call("f", (1,), {{}}, 5).value, session.value("opened").value,
              session.value("signalled").value, processes_below(server.pid) == idle)
    print(processes_below(server.pid) == idle)
"""


@pytest.mark.parametrize("mode", ["bubblewrap", "restricted"])
def test_sandbox_works_without_root(mode: str, tmp_path: Path) -> None:
    if os.getuid() != 0:
        pytest.skip("these tests run without root already: all of them show it")
    secret = tmp_path / "secret"
    secret.write_text("the secret")
    os.chmod(secret, 0o644)
    for folder in (tmp_path, *list(tmp_path.parents)[:2]):
        os.chmod(folder, 0o755)
    forbidden = [str(secret), "/etc/hostname", f"/proc/{os.getpid()}/environ"]
    code = NOT_ROOT.format(mode=mode, forbidden=forbidden, pids="PIDS")
    code = code.replace("'PIDS'", "PIDS")
    # Python itself may lie in a folder that only root enters: in a mount namespace of its own it is put within reach
    closed = next((str(p) for p in reversed(Path(sys.base_prefix).parents) if not os.stat(p).st_mode & 1), "")
    script = f"""
        set -e
        if [ -n "{closed}" ]; then
            mkdir -p {tmp_path}/base; mount --bind {sys.base_prefix} {tmp_path}/base
            mount -t tmpfs -o mode=755 tmpfs {closed}
            mkdir -p {sys.base_prefix}; mount --bind {tmp_path}/base {sys.base_prefix}
        fi
        cd {ROOT}
        exec setpriv --reuid 65534 --regid 65534 --clear-groups env -i HOME=/tmp PATH=/usr/bin:/bin PYTHONPATH={ROOT} \
            PYTHONDONTWRITEBYTECODE=1 {sys.executable} -c "$0"
    """
    command = ["unshare", "--mount", "sh", "-c", textwrap.dedent(script), code]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    if "NoConfinement" in done.stderr or "unshare" in done.stderr or "mount:" in done.stderr:
        pytest.skip(f"cannot be tried here: {done.stderr.strip().splitlines()[-1]}")
    assert done.stdout == "65534 returned  2 [] [] False\nTrue\n", done.stdout + done.stderr


def test_where_there_is_no_confinement_the_sentence_says_why_and_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(confinement, "bubblewrap_binary", lambda: None)
    monkeypatch.setattr(restricted, "landlock_version", lambda: 0)
    with pytest.raises(NoConfinement) as refused:
        confinement.choose()
    assert str(refused.value) == (
        "No confinement is available here (bubblewrap: the program bwrap is not installed; restricted: this kernel has "
        "no Landlock). Install bubblewrap, or allow user namespaces, or pass --unconfined to run students' code "
        "without protection."
    )


def test_restricted_is_chosen_where_namespaces_are_forbidden(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(confinement, "bubblewrap_binary", lambda: None)
    if restricted.why_not() is not None:
        pytest.skip(f"the restricted confinement cannot be had here: {restricted.why_not()}")
    assert confinement.choose() == "restricted"


def test_confinement_that_is_asked_for_is_had_or_refused_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    assert confinement.choose("none") == "none"
    monkeypatch.setattr(confinement, "bubblewrap_binary", lambda: None)
    with pytest.raises(NoConfinement, match="bubblewrap: the program bwrap is not installed"):
        confinement.choose("bubblewrap")
    with pytest.raises(NoConfinement, match="no confinement called 'jail'"):
        confinement.choose("jail")


LITTER = """
import os, time
folder = os.getcwd()
os.makedirs("a/b")
os.chmod("a", 0)
if os.fork() == 0:
    os.setsid()
    os.fork()
    time.sleep(600)
"""


@pytest.mark.parametrize("mode", ["restricted", "none"])
def test_scratch_is_deleted_and_processes_end_where_there_are_no_namespaces(mode: str) -> None:
    if mode == "restricted" and restricted.why_not() is not None:
        pytest.skip(f"the restricted confinement cannot be had here: {restricted.why_not()}")
    with ForkServer(mode=mode, warm=()) as server:
        server.wait_ready()
        idle = processes_below(server.pid)
        with Session(server.launchers[0], SMALL) as session:
            session.run_cell(LITTER)
            folder = session.value("folder").value
            assert os.path.exists(folder)
        assert not os.path.exists(folder)
        assert processes_below(server.pid) == idle


@pytest.mark.parametrize("seconds", [0.0, 0.02, 0.1, 0.3])
def test_fork_server_that_is_closed_while_it_starts_leaves_no_process(seconds: float) -> None:
    with ForkServer(warm=["scipy"]) as server:
        time.sleep(seconds)
        family = {server.pid, *processes_below(server.pid)}
    assert not still_alive(family)
