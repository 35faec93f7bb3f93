"""The course's secret: from it hidden inputs are drawn. An untracked file that only its owner can read."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

FILE = ".autograder-secret"


def course_secret(root: Path, file: str = FILE) -> bytes:
    """The secret of the course at ``root``, made on first use; ValueError where the file holds something else."""
    path = root / file
    if not path.exists():
        _create(path)
    try:
        secret = bytes.fromhex(path.read_text(encoding="ascii"))
    except ValueError:
        secret = b""
    if len(secret) != 32:
        raise ValueError(f"{path} does not hold a secret; restore it, or delete it to draw new hidden inputs.")
    return secret


def _create(path: Path) -> None:
    draft = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
        file.write(secrets.token_hex(32) + "\n")
    try:
        os.link(draft, path)  # whole or not at all, and never in the place of another process's secret
    except FileExistsError:
        pass
    finally:
        draft.unlink()
