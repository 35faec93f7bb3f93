"""Finding the challenges of a course: one module each under reference_solutions/<assignment>/."""

from __future__ import annotations

import importlib.util
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from autograder.config import Autograder, load
from autograder.exercise import Challenge, DeclarationError
from autograder.secret import course_secret

REFERENCES = "reference_solutions"


class NoCourse(ValueError):
    """A folder that is not a course, or an assignment that it does not have; the sentence says what to do."""


@dataclass(frozen=True)
class Course:
    """A course folder: its challenges, options and secret."""

    root: Path
    challenges: dict[str, Challenge]
    options: Autograder

    @staticmethod
    def open(folder: Path, *, thorough: bool = False) -> Course:
        """The course at ``folder``; NoCourse, ConfigurationError or DeclarationError where it cannot be used."""
        root = folder.resolve()
        if not (root / REFERENCES).is_dir():
            raise NoCourse(f"{root} is not a course: it has no folder {REFERENCES}/. Run this in the course folder.")
        options, _ = load(root, thorough=thorough)
        return Course(root, load_challenges(root), options)

    @property
    def secret(self) -> bytes:
        return course_secret(self.root, self.options.secret_file)

    @property
    def device(self) -> str:
        """"cpu" or "cuda"; "auto" in the options means cuda where there is one."""
        if self.options.device != "auto":
            return str(self.options.device)
        return "cuda" if any(Path("/dev").glob("nvidia[0-9]*")) else "cpu"

    @property
    def full_data(self) -> Path | None:
        """The folder of the full data sets, for GPU runners; None where the configuration names none."""
        return self.root / self.options.full_data if self.options.full_data else None

    def of_assignment(self, assignment: str) -> dict[str, Challenge]:
        """The challenges of one assignment; NoCourse where there is no such assignment."""
        found = {name: each for name, each in self.challenges.items() if each.assignment == assignment}
        if not found:
            known = sorted({each.assignment for each in self.challenges.values()})
            raise NoCourse(f"There is no assignment {assignment!r}; the assignments are {', '.join(known)}.")
        return found

    @property
    def libraries(self) -> list[str]:
        """What the sandbox imports once for everybody, as far as it is installed."""
        return [name for name in self.options.warm if importlib.util.find_spec(name) is not None]

    def data_folders(self) -> dict[str, Path]:
        """Each assignment's public data, which its submissions may read."""
        names = {each.assignment for each in self.challenges.values()}
        return {name: self.root / "source" / name / "data" for name in sorted(names)}


@cache
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
