"""A claim about clusters that Dask's own tools start, on a real Slurm that this test starts on this machine alone."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from autograder.cli import main
from tests.test_grading import RIGHT, WRONG, Class, classroom, released_class

__all__ = ["classroom", "released_class"]  # fixtures
PROGRAMS = ("munged", "slurmctld", "slurmd", "sbatch", "squeue")
STUDENTS = 6


def slurm_conf(folder: Path) -> str:
    """A cluster of one node, this machine, with ports and sockets of its own."""
    host = socket.gethostname().split(".")[0]
    with socket.socket() as first, socket.socket() as second:
        first.bind(("127.0.0.1", 0))
        second.bind(("127.0.0.1", 0))
        ports = [first.getsockname()[1], second.getsockname()[1]]
    return f"""
ClusterName=tests
SlurmctldHost={host}(127.0.0.1)
SlurmctldPort={ports[0]}
SlurmdPort={ports[1]}
AuthType=auth/munge
AuthInfo=socket={folder}/munge.socket
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
JobAcctGatherType=jobacct_gather/none
SlurmUser=root
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd.pid
ReturnToService=2
NodeName={host} NodeAddr=127.0.0.1 CPUs=2 RealMemory=1000 State=UNKNOWN
PartitionName=teaching Nodes=ALL Default=YES MaxTime=INFINITE State=UP
"""


@pytest.fixture
def slurm(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    pytest.importorskip("dask_jobqueue", reason="the extra `cluster` is not installed")
    missing = [name for name in PROGRAMS if shutil.which(name, path="/usr/sbin:/usr/bin:/sbin:/bin") is None]
    if missing or os.getuid() != 0:
        pytest.skip("no Slurm that can be started here (as root, on Debian: apt-get install slurm-wlm munge)")
    folder = Path(f"/tmp/autograder-slurm-{os.getpid()}")  # short: a socket's path has at most 107 bytes
    for name in ("state", "spool"):
        (folder / name).mkdir(parents=True)
    (folder / "key").write_bytes(os.urandom(1024))
    (folder / "key").chmod(0o600)
    (folder / "slurm.conf").write_text(slurm_conf(folder))
    monkeypatch.setenv("SLURM_CONF", str(folder / "slurm.conf"))
    monkeypatch.setenv("PATH", f"{os.environ['PATH']}:/usr/sbin:/usr/bin")
    own = [f"--{what}={folder}/munge.{what.split('-')[0]}" for what in ("socket", "pid-file", "log-file", "seed-file")]
    with ExitStack() as running, (folder / "log").open("wb") as log:
        running.callback(shutil.rmtree, folder, ignore_errors=True)
        for command in (
            ["munged", "--foreground", "--force", f"--key-file={folder}/key", *own],
            ["slurmctld", "-D"],
            ["slurmd", "-D"],
        ):
            process = subprocess.Popen(command, stdout=log, stderr=log)
            running.callback(process.wait)
            running.callback(process.terminate)
        deadline = time.monotonic() + 30
        while "idle" not in subprocess.run(["sinfo", "--noheader"], capture_output=True, text=True).stdout:
            assert time.monotonic() < deadline, (folder / "log").read_text()
            time.sleep(0.2)
        yield


def test_class_is_graded_by_jobs_of_a_real_slurm_which_end_with_the_command(
    classroom: Class, slurm: None, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for number in range(STUDENTS):
        classroom.submit(f"student{number}", (RIGHT, WRONG)[number % 2] | {"setup": f"# {number}"})
    config = classroom.root / "gradebook_config.py"
    local = config.read_text()
    options = {"queue": "teaching", "cores": 2, "processes": 2, "memory": "900MB", "walltime": "00:10:00"}
    config.write_text(
        f"{local}\nc.Autograder.cluster = 'slurm'\nc.Autograder.cluster_workers = 2\n"
        f"c.Autograder.cluster_options = {options!r}\n"
    )
    monkeypatch.chdir(classroom.root)
    assert main(["grade", "lecture9"]) == 0, capsys.readouterr().err
    assert f"{STUDENTS} students, {STUDENTS} notebooks graded" in capsys.readouterr().out
    by_jobs = classroom.gradebook()
    deadline = time.monotonic() + 30  # a job that is cancelled takes a moment to end
    while subprocess.run(["squeue", "--noheader"], capture_output=True, text=True, check=True).stdout:
        assert time.monotonic() < deadline, "a job outlives the command"
        time.sleep(0.2)
    assert not list(classroom.root.glob("slurm-*.out")), "the jobs' own logs belong in .autograder/logs"
    shutil.rmtree(classroom.root / ".autograder")
    config.write_text(local)
    assert main(["grade", "lecture9"]) == 0
    assert classroom.gradebook() == by_jobs
