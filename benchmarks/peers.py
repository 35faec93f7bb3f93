"""The same submissions graded by stock nbgrader, by stock Otter and by this project.

    python -m benchmarks.peers [--students N] [--without nbgrader] [--without otter]

One assignment of four numerical exercises that import NumPy, SciPy and PyTorch; the peers check it with the assertions
that their own users would write. Prints CPU and wall seconds a submission, peak memory and ratios, of one run. This
project is measured from its command's start to its end (`cold`: all imports are in it, divided over the class) and
between the first and the last result of a class ten times as large (`warm`: what one more submission costs).
Targets: 60 times nbgrader's wall time, 150 times Otter's, at most 50 ms of CPU beyond the students' own code.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import torch
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from autograder.course import Course
from autograder.prepare import prepare
from benchmarks.common import ASSIGNMENT, CHALLENGE, Cost, answers, make_class, make_course, measure
from benchmarks.scale import grade_measured

IMPORTS = "import numpy as np\nimport scipy.integrate\nimport torch"
CHECKS = {
    "matvec": [
        "A, x = np.arange(6.0).reshape(2, 3), np.ones(3)\nassert np.allclose(matvec(A, x), [3, 12])",
        "rng = np.random.default_rng(1)\nA, x = rng.standard_normal((3, 50)), rng.standard_normal(50)\n"
        "assert np.allclose(matvec(A, x), A @ x)",
    ],
    "effective_rank": [
        "assert effective_rank(np.diag([3.0, 2.0, 1.0]), 0.8) == 2",
        "rng = np.random.default_rng(2)\nA = rng.standard_normal((30, 20))\ns = np.linalg.svd(A)[1] ** 2\n"
        "assert effective_rank(A, 0.9) == int(np.searchsorted(np.cumsum(s) / s.sum(), 0.9) + 1)",
    ],
    "decay": [
        "t = np.linspace(0, 5, 21)\nx = (-0.5 * 0 + (1 - 0.5 / 4.25) * np.exp(-0.5 * t)"
        " + (0.5 * np.cos(2 * t) + 2 * np.sin(2 * t)) / 4.25)\nassert np.allclose(decay(0.5, t), x, atol=1e-4)",
        "t = np.linspace(0, 5, 41)\nx = ((1 - 2 / 8) * np.exp(-2 * t) + (2 * np.cos(2 * t) + 2 * np.sin(2 * t)) / 8)\n"
        "assert np.allclose(decay(2.0, t), x, atol=1e-4)",
    ],
    "softmax_gradient": [
        "g = np.exp([0.0, 1.0, 2.0])\ng /= g.sum()\ng[1] -= 1\n"
        "assert np.allclose(softmax_gradient(np.array([0.0, 1.0, 2.0]), 1), g, atol=1e-5)",
        "z = np.linspace(-1, 1, 100)\ng = np.exp(z)\ng /= g.sum()\ng[17] -= 1\n"
        "assert np.allclose(softmax_gradient(z, 17), g, atol=1e-5)",
    ],
}


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--students", type=int, default=20)
    parser.add_argument("--without", action="append", default=[], choices=["nbgrader", "otter"])
    options = parser.parse_args(arguments)
    count = options.students
    with tempfile.TemporaryDirectory(prefix="peers-") as folder:
        course = make_course(Path(folder) / "course")
        cells = [answers(course, number) for number in range(count)]
        own = own_code(course, cells)
        ours = {"this project, cold": cold(course, count), "this project, warm": warm(Path(folder), count)}
        peers: dict[str, Cost] = {}
        if "nbgrader" not in options.without:
            peers |= {"nbgrader": nbgrader(Path(folder) / "nbgrader", cells)}
        if "otter" not in options.without:
            peers |= {"otter": otter(Path(folder) / "otter", cells)}
    print(f"{count} submissions of four exercises, two processes where there is a choice; a submission:")
    for name, cost in {**peers, **ours}.items():
        size = count if name != "this project, warm" else 1
        print(f"  {name:20} {cost.wall / size:8.3f} s wall {cost.cpu / size:8.3f} s CPU {cost.memory:8.0f} MB at most")
    for peer, cost in peers.items():
        for name, ours_is in ours.items():
            size = count if name != "this project, warm" else 1
            wall, cpu = cost.wall / count / (ours_is.wall / size), cost.cpu / count / (ours_is.cpu / size)
            print(f"  {name} against {peer}: {wall:.0f} times in wall time, {cpu:.0f} times in CPU")
    beyond = 1000 * (ours["this project, warm"].cpu - own)
    print(f"  warm, CPU beyond the students' own code ({1000 * own:.1f} ms): {beyond:.0f} ms (target: at most 50)")
    return 0


def own_code(course: Course, cells: list[dict[str, str]]) -> float:
    """CPU seconds of one student's own cells and calls, in a process that has imported and run all before."""
    exercises = course.challenges[CHALLENGE].exercises
    cases = {
        name: prepare(course.challenges[CHALLENGE], each, secret=b"benchmark").cases for name, each in exercises.items()
    }
    torch.set_num_threads(1)

    def run() -> float:
        begin = time.process_time()
        for own in cells:
            namespace: dict[str, Any] = {}
            for source in (IMPORTS, *own.values()):
                exec(source, namespace)
            for name, inputs in cases.items():
                for case in inputs:
                    namespace[name](*case.args, **case.kwargs)
        return (time.process_time() - begin) / len(cells)

    run()
    return run()


def cold(course: Course, count: int) -> Cost:
    """The whole command for a class of ``count``."""
    make_class(course, count)
    return grade_measured(course.root).whole


def warm(folder: Path, count: int) -> Cost:
    """One more submission, in a class of 10 times ``count``, once the fork server is there."""
    course = make_course(folder / "warm")
    make_class(course, 10 * count)
    return grade_measured(course.root).each


def nbgrader(folder: Path, cells: list[dict[str, str]]) -> Cost:
    """Stock `nbgrader autograde` and `generate_feedback` for all."""
    source = folder / "source" / ASSIGNMENT
    source.mkdir(parents=True)
    (folder / "nbgrader_config.py").write_text("c = get_config()\nc.CourseDirectory.course_id = 'bench'\n")
    nbformat.write(_nbgrader_notebook(), source / f"{CHALLENGE}.ipynb")
    command = [sys.executable, "-m", "nbgrader"]
    measure([*command, "generate_assignment", ASSIGNMENT], folder)
    released = json.loads((folder / "release" / ASSIGNMENT / f"{CHALLENGE}.ipynb").read_text())
    for number, own in enumerate(cells):
        target = folder / "submitted" / f"student{number:05d}" / ASSIGNMENT
        target.mkdir(parents=True)
        (target / f"{CHALLENGE}.ipynb").write_text(json.dumps(_filled(released, own, _grade_id)))
    return _sum(
        measure([*command, "autograde", ASSIGNMENT], folder),
        measure([*command, "generate_feedback", ASSIGNMENT], folder),
    )


def otter(folder: Path, cells: list[dict[str, str]]) -> Cost:
    """Stock `otter run` for each, with the autograder zip that `otter assign` makes."""
    folder.mkdir()
    nbformat.write(_otter_notebook(), folder / "master.ipynb")
    command = [sys.executable, "-m", "otter"]
    measure([*command, "assign", "master.ipynb", "dist", "--no-run-tests"], folder)
    archive = next((folder / "dist" / "autograder").glob("*.zip"))
    with zipfile.ZipFile(archive) as made:
        assert "otter_config.json" in made.namelist()
    released = json.loads((folder / "dist" / "student" / "master.ipynb").read_text())
    total = Cost(0.0, 0.0, 0.0)
    for number, own in enumerate(cells):
        work = folder / f"student{number:05d}"
        work.mkdir()
        (work / "master.ipynb").write_text(json.dumps(_filled(released, own, _defined)))
        total = _sum(total, measure([*command, "run", "master.ipynb", "-a", str(archive), "-o", "."], work))
        assert json.loads((work / "results.json").read_text())["tests"]
    return total


def _sum(first: Cost, second: Cost) -> Cost:
    return Cost(first.wall + second.wall, first.cpu + second.cpu, max(first.memory, second.memory))


def _nbgrader_notebook() -> Any:
    cells = [new_code_cell(IMPORTS)]
    for name, checks in CHECKS.items():
        own = {"grade": False, "grade_id": name, "locked": False, "schema_version": 3, "solution": True, "task": False}
        test = {**own, "grade": True, "grade_id": f"{name}-test", "locked": True, "solution": False, "points": 1}
        body = f"### BEGIN SOLUTION\ndef {name}(*args):\n    return None\n### END SOLUTION"
        hidden = f"{checks[0]}\n### BEGIN HIDDEN TESTS\n{checks[1]}\n### END HIDDEN TESTS"
        cells.append(new_code_cell(body, metadata={"nbgrader": own}))
        cells.append(new_code_cell(hidden, metadata={"nbgrader": test}))
    return _with_kernel(cells)


def _otter_notebook() -> Any:
    config = "# ASSIGNMENT CONFIG\ninit_cell: true\ncheck_all_cell: false\nexport_cell: false\ngenerate: true\n"
    cells = [nbformat.v4.new_raw_cell(config), new_code_cell(IMPORTS)]
    for name, checks in CHECKS.items():
        cells += [
            nbformat.v4.new_raw_cell(f"# BEGIN QUESTION\nname: {name}\npoints: 1"),
            new_markdown_cell(f"Write `{name}`."),
            nbformat.v4.new_raw_cell("# BEGIN SOLUTION"),
            new_code_cell(f"def {name}(*args):\n    return None # SOLUTION"),
            nbformat.v4.new_raw_cell("# END SOLUTION"),
            nbformat.v4.new_raw_cell("# BEGIN TESTS"),
            new_code_cell(checks[0]),
            new_code_cell(f"# HIDDEN\n{checks[1]}"),
            nbformat.v4.new_raw_cell("# END TESTS"),
            nbformat.v4.new_raw_cell("# END QUESTION"),
        ]
    return _with_kernel(cells)


def _with_kernel(cells: list[Any]) -> Any:
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    return new_notebook(cells=cells, metadata={"kernelspec": kernel, "language_info": {"name": "python"}})


def _grade_id(cell: dict[str, Any]) -> str:
    return str(cell["metadata"].get("nbgrader", {}).get("grade_id", ""))


def _defined(cell: dict[str, Any]) -> str:
    """The function that a cell of the student's notebook starts."""
    source = "".join(cell["source"])
    return source.split("(")[0].removeprefix("def ") if source.startswith("def ") else ""


def _filled(released: dict[str, Any], own: dict[str, str], name_of: Callable[[dict[str, Any]], str]) -> dict[str, Any]:
    cells = [{**cell, "source": own.get(name_of(cell), cell["source"])} for cell in released["cells"]]
    assert sum(name_of(cell) in own for cell in cells) == len(own), "an answer found no cell"
    return {**released, "cells": cells}


if __name__ == "__main__":
    start = time.perf_counter()
    status = main()
    print(f"benchmark of {time.perf_counter() - start:.0f} s")
    sys.exit(status)
