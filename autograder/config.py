"""gradebook_config.py: the one configuration of a course, read as nbgrader reads its own.

Options of this project are traits of the class ``Autograder`` (``c.Autograder.cell_seconds = 60``); those of nbgrader
(``c.CourseDirectory.course_id``, ``db_url``) stand beside them in the same file.
"""

from __future__ import annotations

import difflib
from dataclasses import fields
from pathlib import Path
from typing import Any

from traitlets import Bool, Dict, Enum, Float, Integer, List, TraitError, Unicode
from traitlets.config import Configurable
from traitlets.config.loader import Config, PyFileConfigLoader

from autograder.sandbox.limits import Limits

CONFIGURATION = "gradebook_config.py"
WARM = {  # what may be imported once for everybody, and the words in a notebook that needs it
    "scipy": (b"scipy",),
    "torch": (b"torch",),
    "torch.optim": (b"torch", b"optim"),
    "torchvision": (b"torchvision",),
}


class ConfigurationError(ValueError):
    """gradebook_config.py cannot be used as it is; the sentence says what to change."""


class Autograder(Configurable):
    """The options of this project in gradebook_config.py."""

    cell_seconds = Float(60.0, help="wall time of one cell").tag(config=True)
    call_seconds = Float(20.0, help="wall time of one call, unless an exercise declares more").tag(config=True)
    notebook_seconds = Float(600.0, help="wall time of all cells and calls of a notebook").tag(config=True)
    memory = Integer(4 * 2**30, help="bytes of memory of a submission").tag(config=True)
    processes = Integer(64, help="processes and threads of a submission").tag(config=True)
    scratch = Integer(256_000_000, help="bytes of files that a submission may write").tag(config=True)
    cell_output = Integer(1_000_000, help="bytes of output kept of a cell").tag(config=True)
    notebook_output = Integer(10_000_000, help="bytes of output kept of a notebook").tag(config=True)
    value = Integer(64_000_000, help="bytes of one returned value").tag(config=True)
    device = Enum(["auto", "cpu", "cuda"], "cpu", help="where networks are trained and judged").tag(config=True)
    full_data = Unicode(
        "", help="folder with the full MNIST as torchvision keeps it, for GPU runners; empty: the subset is used"
    ).tag(config=True)
    gpu_share = Float(0.25, help="share of a GPU's memory that one submission may use").tag(config=True)
    workers = Integer(0, help="submissions graded at a time; 0: one a core").tag(config=True)
    confinement = Enum(
        ["", "bubblewrap", "restricted"], "", help="the confinement to insist on; empty: the strongest there is"
    ).tag(config=True)
    cluster = Enum(
        ["", "slurm", "kubernetes"], "", help="where to start a Dask cluster for a batch; empty: grade on this machine"
    ).tag(config=True)
    cluster_workers = Integer(4, help="worker processes of the cluster that is started").tag(config=True)
    cluster_options = Dict(help="arguments of dask_jobqueue's SLURMCluster, or of KubeCluster").tag(config=True)
    warm = List(
        Enum(list(WARM)),
        list(WARM),
        help="libraries imported once, before submissions are forked, where some submission uses them",
    ).tag(config=True)
    inputs_per_student = Bool(
        False, help="whether each student's hidden inputs are drawn for them alone"
    ).tag(config=True)
    due = Dict(help="assignment → when it is due, as '2027-02-01 23:59:59 UTC'").tag(config=True)
    late = Dict(
        {"grace_minutes": 0, "penalty_per_day": 0.0, "cap": 1.0},
        help="share of the points lost a day begun after the grace, at most the cap",
    ).tag(config=True)
    extensions = Dict(help="assignment → student → days of extension").tag(config=True)
    secret_file = Unicode(
        ".autograder-secret", help="where the course's secret lies, within the course"
    ).tag(config=True)

    def limits(self) -> Limits:
        return Limits(**{f.name: getattr(self, f.name) for f in fields(Limits)})


def load(root: Path, *, thorough: bool = False) -> tuple[Autograder, Config]:
    """The options of the course at ``root`` and the whole configuration; defaults where there is no file.

    ``thorough`` looks at the options of nbgrader's classes too, which takes the seconds of importing them.

    Raises ConfigurationError for a file that does not run, an unknown option, or a value of the wrong kind.
    """
    path = root / CONFIGURATION
    if not path.exists():
        return Autograder(), Config()
    try:
        config = PyFileConfigLoader(path.name, path=str(root)).load_config()
    except Exception as error:
        raise ConfigurationError(f"{path} cannot be read: {type(error).__name__}: {error}.") from None
    _refuse_misspelt(config, path)
    if thorough:
        _refuse_misspelt_nbgrader(config, path)
    try:
        return Autograder(config=config), config
    except TraitError as error:
        raise ConfigurationError(f"{path}: {error}") from None


def check_thoroughly(root: Path) -> None:
    """ConfigurationError where the configuration has a fault of any kind, one in nbgrader's options too."""
    load(root, thorough=True)


def _refuse_misspelt(config: Config, path: Path) -> None:
    known = sorted(Autograder.class_traits(config=True))
    for name in config.get("Autograder", {}):
        if name not in known:
            raise ConfigurationError(f"{path}: c.Autograder.{name} is not an option{_suggest(name, known)}.")
    for section in config:
        if difflib.get_close_matches(section, ["Autograder"], cutoff=0.8) and section != "Autograder":
            close = "did you mean Autograder?"
            raise ConfigurationError(f"{path}: c.{section} is not a class that can be configured; {close}")


def _refuse_misspelt_nbgrader(config: Config, path: Path) -> None:
    classes = _nbgrader_classes()
    for section, options in config.items():
        if section == "Autograder" or not isinstance(options, Config):
            continue
        if section not in classes:
            close = _suggest(section, ["Autograder", *classes])
            raise ConfigurationError(f"{path}: c.{section} is not a class that can be configured{close}.")
        traits = sorted(classes[section].class_traits(config=True))
        for name in options:
            if name not in traits:
                raise ConfigurationError(f"{path}: c.{section}.{name} is not an option{_suggest(name, traits)}.")


def _nbgrader_classes() -> dict[str, Any]:
    from nbgrader.apps import NbGraderApp

    found = NbGraderApp().all_configurable_classes()
    # a class takes the options of its bases too, under their names
    return {base.__name__: base for cls in found for base in cls.__mro__ if issubclass(base, Configurable)}


def _suggest(name: str, known: list[str]) -> str:
    close = difflib.get_close_matches(name, known, n=1)
    return f"; did you mean {close[0]}?" if close else ""
