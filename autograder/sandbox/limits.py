"""What one submission may use. All are options of gradebook_config.py."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class Limits:
    """Seconds of wall time, bytes, counts, and the share of a GPU's memory, for one submission."""

    cell_seconds: float = 60.0
    call_seconds: float = 20.0
    notebook_seconds: float = 600.0
    memory: int = 4 * 2**30
    processes: int = 64
    scratch: int = 256_000_000
    cell_output: int = 1_000_000
    notebook_output: int = 10_000_000
    value: int = 64_000_000
    gpu_share: float = 0.25

    def to_plain(self) -> dict[str, Any]:
        return asdict(self)
