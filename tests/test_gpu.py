"""Claims that need a GPU. Where there is none they skip, saying so."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from autograder.oracle import Status
from autograder.plain import DEVICE
from autograder.sandbox.fork_server import ForkServer
from autograder.sandbox.limits import Limits
from autograder.sandbox.session import Session

torch = pytest.importorskip("torch", reason="PyTorch is not installed")
pytestmark = pytest.mark.skipif(not torch.cuda.is_available(), reason="there is no GPU here")


@pytest.fixture(scope="module")
def server() -> Iterator[ForkServer]:
    with ForkServer(device="cuda", warm=["torch"]) as server:
        server.wait_ready()
        yield server


def test_device_reaches_the_student_and_cuda_works_in_the_fork(server: ForkServer) -> None:
    with Session(server.launchers[0], Limits()) as session:
        session.run_cell("import torch\ndef f(device): return torch.arange(3., device=device) * 2, device")
        outcome = session.call("f", (DEVICE,), {}, 60)
    assert outcome.status is Status.RETURNED
    assert np.array_equal(outcome.value[0], [0, 2, 4]) and outcome.value[1] == "cuda"


def test_fork_server_never_initialises_cuda(server: ForkServer) -> None:
    with Session(server.launchers[0], Limits()) as session:
        assert session.run_cell("import torch\nassert not torch.cuda.is_initialized()").status is Status.RETURNED


def test_submission_beyond_its_share_of_the_gpu_is_out_of_memory_and_the_next_is_unharmed(server: ForkServer) -> None:
    share = 0.05
    size = int(torch.cuda.get_device_properties(0).total_memory * 2 * share)
    with Session(server.launchers[0], Limits(gpu_share=share)) as session:
        body = "return torch.empty(n, dtype=torch.uint8, device=device).sum()"
        session.run_cell(f"import torch\ndef f(n, device): {body}")
        assert session.call("f", (size, DEVICE), {}, 60).status is Status.OUT_OF_MEMORY
        assert session.call("f", (size, DEVICE), {}, 60).error == "gpu"
    with Session(server.launchers[0], Limits(gpu_share=share)) as session:
        session.run_cell("import torch\ndef f(device): return torch.ones(2, device=device)")
        assert session.call("f", (DEVICE,), {}, 60).status is Status.RETURNED
