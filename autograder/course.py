"""Finding the challenges of a course: one module each under reference_solutions/<assignment>/."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from autograder.config import WARM, Autograder, load
from autograder.exercise import Challenge, DeclarationError
from autograder.secret import course_secret

REFERENCES = "reference_solutions"


class NoCourse(ValueError):
    """A folder that is not a course, or an assignment that it does not have; the sentence says what to do."""


class Challenges(Mapping[str, Challenge]):
    """Every challenge declared under reference_solutions/<assignment>/<challenge>.py, in the order of the files.

    A module is imported when its challenge is first asked for: whoever grades lecture 1 does not wait for lecture 2.
    Raises DeclarationError then, where the module declares no challenge of that name and assignment.
    """

    def __init__(self, root: Path) -> None:
        modules = (path for path in sorted((root / REFERENCES).glob("*/*.py")) if not path.name.startswith("_"))
        self._paths = {path.stem: path for path in modules}
        self._loaded: dict[str, Challenge] = {}

    def __getitem__(self, name: str) -> Challenge:
        if name not in self._loaded:
            path = self._paths[name]
            challenge = load_module(path).__dict__.get("challenge")
            if not isinstance(challenge, Challenge):
                raise DeclarationError(f"{path} declares no `challenge = Challenge(...)`.")
            if (challenge.assignment, challenge.name) != (path.parent.name, name):
                wanted = f"Challenge({name!r}, assignment={path.parent.name!r}, ...)"
                declared = f"{challenge.name!r} of {challenge.assignment!r}"
                raise DeclarationError(f"{path} declares {declared}; by its place it is {wanted}.")
            self._loaded[name] = challenge
        return self._loaded[name]

    def __contains__(self, name: object) -> bool:
        return name in self._paths

    def __iter__(self) -> Iterator[str]:
        return iter(self._paths)

    def __len__(self) -> int:
        return len(self._paths)

    @property
    def assignments(self) -> dict[str, list[str]]:
        """The names of each assignment's challenges; no module is imported for them."""
        found: dict[str, list[str]] = {}
        for name, path in self._paths.items():
            found.setdefault(path.parent.name, []).append(name)
        return found


@dataclass(frozen=True)
class Course:
    """A course folder: its challenges, options and secret."""

    root: Path
    challenges: Challenges
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

    def names_of(self, assignment: str) -> list[str]:
        """The names of an assignment's challenges; NoCourse where there is no such assignment."""
        assignments = self.challenges.assignments
        if assignment not in assignments:
            known = ", ".join(sorted(assignments))
            raise NoCourse(f"There is no assignment {assignment!r}; the assignments are {known}.")
        return assignments[assignment]

    def of_assignment(self, assignment: str) -> dict[str, Challenge]:
        """The challenges of one assignment; NoCourse where there is no such assignment."""
        return {name: self.challenges[name] for name in self.names_of(assignment)}

    @property
    def libraries(self) -> list[str]:
        """What the sandbox may import once for everybody: ``c.Autograder.warm``, as far as it is installed."""
        return [name for name in self.options.warm if importlib.util.find_spec(name.split(".")[0]) is not None]

    def libraries_of(self, notebooks: Iterable[bytes]) -> list[str]:
        """Those that one of ``notebooks`` seems to need, by plain words, which are found in linear time. Where this is
        wrong it costs time, and nothing else."""
        known = self.libraries
        needed: set[str] = set()
        for content in notebooks:
            needed |= {name for name in known if name not in needed and all(word in content for word in WARM[name])}
            if len(needed) == len(known):
                break
        return [name for name in known if name in needed]

    def data_folders(self) -> dict[str, Path]:
        """Each assignment's public data, which its submissions may read."""
        return {name: self.root / "source" / name / "data" for name in sorted(self.challenges.assignments)}


@cache
def load_challenges(root: Path) -> Challenges:
    """The challenges of the course at ``root``, once for the whole process."""
    return Challenges(root)


def load_module(path: Path) -> object:
    """The module at ``path``, imported under a name of its own."""
    name = f"autograder_course_{path.parent.name}_{path.stem}"
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module  # inspect.getsource and dataclasses look a module up by name
    spec.loader.exec_module(module)
    return module
