"""The report of one graded notebook, in the form that `autograder grade-notebook --json` promises."""

from __future__ import annotations

import base64
from dataclasses import dataclass, field
from typing import Any

from autograder.verdict import CaseResult, ExerciseResult, Verdict


@dataclass(frozen=True)
class CellOutcome:
    """What running one submitted cell gave, for the autograded notebook."""

    index: int
    outputs: list[dict[str, Any]]
    error: str = ""


@dataclass(frozen=True)
class Report:
    """One submission, judged. ``error`` is a sentence where it could not be judged at all."""

    file: str
    challenge: str = ""
    confinement: str = ""
    score: float = 0.0
    max_score: float = 0.0
    written: tuple[str, ...] = ()
    exercises: tuple[ExerciseResult, ...] = ()
    notes: tuple[str, ...] = ()
    error: str = ""
    seconds: float = 0.0
    cells: tuple[CellOutcome, ...] = field(default_factory=tuple)

    @property
    def faults(self) -> list[str]:
        """The grader's own errors in this report."""
        return [
            f"{each.name}, {case.name}: {case.fault.strip().splitlines()[-1] if case.fault else case.message}"
            for each in self.exercises
            for case in each.cases
            if case.verdict is Verdict.GRADER_ERROR
        ]

    def to_json(self) -> dict[str, Any]:
        """The contract's JSON object."""
        if self.error:
            return {"file": self.file, "error": self.error}
        return {
            "file": self.file,
            "challenge": self.challenge,
            "confinement": self.confinement,
            "score": _rounded(self.score),
            "max_score": _rounded(self.max_score),
            "written": list(self.written),
            "exercises": {each.name: _exercise_json(each) for each in self.exercises},
            "notes": list(self.notes),
        }

    def to_plain(self) -> dict[str, Any]:
        """Everything, for the results store."""
        stored = self.to_json()
        stored["seconds"] = self.seconds
        stored["cells"] = [{"index": c.index, "outputs": c.outputs, "error": c.error} for c in self.cells]
        for each in self.exercises:
            stored["exercises"][each.name]["hint"] = each.hint
            for case, kept in zip(each.cases, stored["exercises"][each.name]["cases"], strict=True):
                kept.update(
                    points=case.points,
                    max_points=case.max_points,
                    message=case.message,
                    detail=case.detail,
                    bound=case.bound,
                    seconds=case.seconds,
                    fault=case.fault,
                    pictures=[base64.b64encode(picture).decode() for picture in case.pictures],
                )
        return stored

    @staticmethod
    def from_plain(stored: dict[str, Any]) -> Report:
        if "error" in stored:
            return Report(stored["file"], error=stored["error"])
        return Report(
            stored["file"],
            stored["challenge"],
            stored["confinement"],
            stored["score"],
            stored["max_score"],
            tuple(stored["written"]),
            tuple(_exercise_from(name, each) for name, each in stored["exercises"].items()),
            tuple(stored["notes"]),
            seconds=stored["seconds"],
            cells=tuple(CellOutcome(c["index"], c["outputs"], c["error"]) for c in stored["cells"]),
        )


def _exercise_json(result: ExerciseResult) -> dict[str, Any]:
    return {
        "points": _rounded(result.points),
        "max_points": _rounded(result.max_points),
        "verdict": str(result.verdict),
        "message": result.message,
        "mistake": result.mistake,
        "seconds": result.seconds,
        "cases": [
            {"name": case.name, "public": case.public, "verdict": str(case.verdict), "error": _finite(case.error)}
            for case in result.cases
        ],
    }


def _exercise_from(name: str, stored: dict[str, Any]) -> ExerciseResult:
    return ExerciseResult(
        name,
        stored["points"],
        stored["max_points"],
        Verdict(stored["verdict"]),
        stored["message"],
        stored["mistake"],
        stored["hint"],
        stored["seconds"],
        tuple(_case_from(case) for case in stored["cases"]),
    )


def _case_from(stored: dict[str, Any]) -> CaseResult:
    return CaseResult(
        stored["name"],
        stored["public"],
        Verdict(stored["verdict"]),
        stored["points"],
        stored["max_points"],
        stored["message"],
        stored["detail"],
        stored["error"],
        stored["bound"],
        stored["seconds"],
        stored["fault"],
        tuple(base64.b64decode(picture) for picture in stored["pictures"]),
    )


def _rounded(points: float) -> float:
    """Without the dust of summing thirds, so that 3 hidden cases of 1 point are 1 and not 0.9999999999999999."""
    return round(points, 6)


def _finite(error: float | None) -> float | None:
    return error if error is None or abs(error) < float("inf") else None
