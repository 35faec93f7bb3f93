"""Declaring a challenge: each exercise once, beside its reference, with everything that is derived from it.

    challenge = Challenge("challenge1_tensor_contraction", assignment="lecture1", title="…", book="1.1.3")

    @challenge.exercise(points=3, tolerance=Tolerance(rtol=1e-4, why="float32 answers pass; Aᵀx differs by order 1"))
    def matvec(A, x):
        '''Matrix-vector product y_i = A_ij x_j. …'''
        return np.einsum("ij,j->i", A, x)

    @matvec.case(public=True)
    def any_matrix(rng):
        return rng.standard_normal((5, 3)), rng.standard_normal(3)

    @matvec.mistake("You summed over the first index of A: this is Aᵀx.")
    def transposed(A, x): ...
"""

from __future__ import annotations

import inspect
import textwrap
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from autograder.tolerance import Compare

Function = Callable[..., Any]


class DeclarationError(ValueError):
    """A challenge that contradicts itself; the text says where."""


@dataclass(frozen=True)
class Given:
    """What a case hands over, where a plain tuple of arguments does not say enough.

    ``expected`` replaces the reference's answer (hidden labels, say); it never reaches the student's process.
    ``compare`` replaces the case's comparison, where the bound depends on the setting.
    """

    args: tuple[Any, ...] = ()
    kwargs: dict[str, Any] = field(default_factory=dict)
    expected: Any = None
    compare: Compare | None = None


@dataclass(frozen=True)
class Setting:
    """Where a course is graded: its device, "cpu" or "cuda", and the folder of its full data sets, if it has one."""

    device: str = "cpu"
    data: Path | None = None


@dataclass(frozen=True)
class Case:
    """Inputs drawn by ``make(rng)``, or ``make(rng, setting)``; a tuple of positional arguments, or a Given."""

    name: str
    make: Function
    public: bool = False
    weight: float = 1.0
    measure: Function | None = None
    compare: Compare | None = None
    seconds: float | None = None


@dataclass(frozen=True)
class Mistake:
    """A wrong implementation that students write, or (``symptom``) a test of the answer that betrays it."""

    name: str
    hint: str
    function: Function
    symptom: bool = False


@dataclass
class Exercise:
    """One exercise: a reference function, or (``is_value``) a variable whose right value is ``reference``.

    ``margin`` says why right and wrong answers do not lie a factor of 10 from the bound, where they do not.
    """

    name: str
    points: float
    tolerance: Compare
    reference: Any
    is_value: bool = False
    doc: str = ""
    seconds: float | None = None
    measure: Function | None = None
    per_student: bool = True
    margin: str = ""
    cases: list[Case] = field(default_factory=list)
    mistakes: list[Mistake] = field(default_factory=list)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """The reference's answer: a reference may use an earlier exercise by its name, as in the notebook."""
        return self.reference(*args, **kwargs)

    def case(
        self,
        make: Function | None = None,
        *,
        public: bool = False,
        weight: float = 1.0,
        measure: Function | None = None,
        compare: Compare | None = None,
        seconds: float | None = None,
    ) -> Any:
        """Declares a case: ``make(rng)`` draws the arguments. The weight divides the points over hidden cases.

        ``measure(student, *args)`` replaces the plain call where an answer is judged by what it does;
        ``compare`` replaces the exercise's tolerance; ``seconds`` the time limit of one call.
        """

        def declare(function: Function) -> Function:
            if any(case.name == function.__name__ for case in self.cases):
                raise DeclarationError(f"{self.name}: two cases are called {function.__name__}")
            self.cases.append(Case(function.__name__, function, public, weight, measure, compare, seconds))
            return function

        return declare(make) if make is not None else declare

    def mistake(self, hint: str) -> Callable[[Function], Function]:
        """Declares a wrong implementation, recognised because an answer equals what it would give."""

        def declare(function: Function) -> Function:
            self.mistakes.append(Mistake(function.__name__, hint, function))
            return function

        return declare

    def symptom(self, hint: str) -> Callable[[Function], Function]:
        """Declares a test ``(answer, expected, *args) -> bool`` of a wrong answer that betrays its cause."""

        def declare(function: Function) -> Function:
            self.mistakes.append(Mistake(function.__name__, hint, function, symptom=True))
            return function

        return declare

    def stub(self) -> str:
        """What the student starts from: signature and docstring of the reference, or an empty assignment."""
        if self.is_value:
            comment = "".join(f"# {line}".rstrip() + "\n" for line in self.doc.splitlines())
            return f"{comment}{self.name} = None"
        signature = ", ".join(_plain_parameter(p) for p in inspect.signature(self.reference).parameters.values())
        doc = textwrap.indent(f'"""{self.doc}\n"""' if "\n" in self.doc else f'"""{self.doc}"""', "    ")
        return f"def {self.name}({signature}):\n{doc}\n    raise NotImplementedError"


def _plain_parameter(parameter: inspect.Parameter) -> str:
    if parameter.default is inspect.Parameter.empty:
        return parameter.name
    return f"{parameter.name}={parameter.default!r}"


@dataclass(frozen=True)
class Question:
    """A written question: judged by a person with ``rubric`` [(points, what earns them)]; never released."""

    name: str
    points: float
    rubric: tuple[tuple[float, str], ...]
    answer: str


@dataclass(frozen=True)
class Supplied:
    """Code that the notebook gives to students and the references use: one text for both."""

    name: str
    source: str


class Challenge:
    """One notebook: its exercises and questions in order, and the code it supplies."""

    def __init__(self, name: str, *, assignment: str, title: str, book: str = "") -> None:
        self.name = name
        self.assignment = assignment
        self.title = title
        self.book = book
        self.exercises: dict[str, Exercise] = {}
        self.questions: dict[str, Question] = {}
        self.supplied: dict[str, Supplied] = {}

    def exercise(
        self,
        *,
        points: float,
        tolerance: Compare,
        seconds: float | None = None,
        measure: Function | None = None,
        per_student: bool = True,
    ) -> Callable[[Function], Exercise]:
        """Declares the decorated function as the reference of an exercise of the same name."""

        def declare(function: Function) -> Exercise:
            doc = inspect.getdoc(function) or ""
            return self._add(
                Exercise(function.__name__, points, tolerance, function, False, doc, seconds, measure, per_student)
            )

        return declare

    def value(
        self, name: str, reference: Any, *, points: float, tolerance: Compare, doc: str, measure: Function | None = None
    ) -> Exercise:
        """Declares a variable that the student assigns; ``doc`` becomes the comment above it."""
        return self._add(Exercise(name, points, tolerance, reference, True, doc, None, measure))

    def question(self, name: str, *, points: float, rubric: list[tuple[float, str]], answer: str) -> Question:
        """Declares a written question; the rubric's points must add up to its points."""
        if abs(sum(item[0] for item in rubric) - points) > 1e-9:
            raise DeclarationError(f"{self.name}: the rubric of {name} does not add up to {points:g} points")
        self.questions[name] = Question(name, points, tuple(rubric), textwrap.dedent(answer).strip())
        return self.questions[name]

    def supplies(self, thing: Any, *, name: str = "") -> Any:
        """Declares a function or class whose source the notebook supplies (as a decorator)."""
        name = name or thing.__name__
        lines = textwrap.dedent(inspect.getsource(thing)).splitlines()
        start = next(i for i, line in enumerate(lines) if line.startswith(("def ", "class ")))
        self.supplied[name] = Supplied(name, "\n".join(lines[start:]))
        return thing

    def supplies_source(self, name: str, source: str) -> None:
        """Declares program text that the notebook supplies, for what is neither a function nor a class."""
        self.supplied[name] = Supplied(name, textwrap.dedent(source).strip())

    @property
    def auto_points(self) -> float:
        return sum(exercise.points for exercise in self.exercises.values())

    def _add(self, exercise: Exercise) -> Exercise:
        if exercise.name in self.exercises:
            raise DeclarationError(f"{self.name}: two exercises are called {exercise.name}")
        self.exercises[exercise.name] = exercise
        return exercise
