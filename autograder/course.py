"""Finding the challenges of a course: one module each under reference_solutions/<assignment>/."""

from __future__ import annotations

import importlib.util
import sys
from functools import lru_cache
from pathlib import Path

from autograder.exercise import Challenge, DeclarationError

REFERENCES = "reference_solutions"


@lru_cache(maxsize=None)
def load_challenges(root: Path) -> dict[str, Challenge]:
    """Every challenge declared under ``root``/reference_solutions, by name, in the order of the files.

    Raises DeclarationError where a module declares no challenge.
    """
    found: dict[str, Challenge] = {}
    for path in sorted((root / REFERENCES).glob("*/*.py")):
        if path.name.startswith("_"):
            continue
        challenge = load_module(path).__dict__.get("challenge")
        if not isinstance(challenge, Challenge):
            raise DeclarationError(f"{path} declares no `challenge = Challenge(...)`.")
        found[challenge.name] = challenge
    return found


def load_module(path: Path) -> object:
    """The module at ``path``, imported under a name of its own."""
    name = f"autograder_course_{path.parent.name}_{path.stem}"
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module  # inspect.getsource and dataclasses look a module up by name
    spec.loader.exec_module(module)
    return module
