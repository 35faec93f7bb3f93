"""Calls a student's functions with plain data and turns what they return into plain data.

The one runtime serves the student's own notebook, the sandboxed process and the references: so the three can only
differ in where they run. It imports nothing of the grader.
"""

from __future__ import annotations

import hashlib
import linecache
import sys
import time
import traceback
from typing import Any

import numpy as np

from autograder.oracle import Outcome, Status
from autograder.plain import DTYPES, MAX_DEPTH, MAX_INT_BITS, Handle, NotPlain, Source, TorchTensor, _Device

GPU = "gpu"  # the error of an outcome that ran out of a GPU's memory, not of the machine's


class Interrupted(BaseException):
    """Raised in the student's thread when a time limit has passed; not an Exception, so that few handlers eat it."""


class Runtime:
    """A namespace whose functions can be called; objects that are not plain data are kept and named by handles."""

    def __init__(self, namespace: dict[str, Any], device: str = "cpu") -> None:
        self.namespace = namespace
        self.device = device
        self._kept: list[Any] = []

    def call(
        self, target: str | Handle | Source, args: tuple[Any, ...], kwargs: dict[str, Any], seconds: float = 0.0
    ) -> Outcome:
        """The outcome of calling ``target``; ``seconds`` is enforced by whoever watches this process."""
        if isinstance(target, str) and self.namespace.get(target) is None:
            return Outcome(Status.ABSENT)
        start = time.perf_counter()
        try:
            function = self._resolve(target)
            arguments = [self.build(argument) for argument in args]
            named = {key: self.build(argument) for key, argument in kwargs.items()}
            before = [_digest(argument) for argument in arguments]
            start = time.perf_counter()
            answer = function(*arguments, **named)
            seconds = time.perf_counter() - start
            changed = tuple(i for i, argument in enumerate(arguments) if _digest(argument) != before[i])
            return Outcome(Status.RETURNED, self.to_plain(answer), changed=changed, seconds=seconds)
        except Interrupted:
            return Outcome(Status.TIMED_OUT, seconds=time.perf_counter() - start)
        except NotPlain as broken:
            # not a ValueError, which a case may expect
            return Outcome(Status.RAISED, error_types=("Unusable",), error=f"the answer is {broken}")
        except BaseException as error:
            if isinstance(error, KeyboardInterrupt) and threading_is_interactive():
                raise
            return failure(error, time.perf_counter() - start)

    def value(self, name: str) -> Outcome:
        """The global ``name`` as plain data; ABSENT where it is missing, None or an ellipsis."""
        value = self.namespace.get(name)
        if value is None or value is Ellipsis:
            return Outcome(Status.ABSENT)
        try:
            return Outcome(Status.RETURNED, self.to_plain(value))
        except BaseException as error:
            return failure(error, 0.0)

    def _resolve(self, target: str | Handle | Source) -> Any:
        if isinstance(target, str):
            return self.namespace[target]
        return self.build(target)

    def build(self, value: Any) -> Any:
        """An argument as the student's function gets it: fresh copies, markers replaced by what they stand for."""
        if isinstance(value, np.ndarray):
            return value.copy()
        if isinstance(value, list):
            return [self.build(item) for item in value]
        if isinstance(value, tuple):
            return tuple(self.build(item) for item in value)
        if isinstance(value, dict):
            return {key: self.build(item) for key, item in value.items()}
        if isinstance(value, Handle):
            return self._kept[value.number]
        if isinstance(value, Source):
            return Source(value.code, value.name, self.build(value.constants)).build()
        if isinstance(value, TorchTensor):
            import torch

            return torch.from_numpy(np.array(value.array, copy=True))
        if isinstance(value, _Device):
            return self.device
        return value

    def to_plain(self, value: Any, depth: int = 0) -> Any:
        """What a student returned, as plain data; whatever is not becomes a Handle."""
        if depth > MAX_DEPTH:
            raise NotPlain(f"nested more than {MAX_DEPTH} levels deep")
        if value is None or isinstance(value, bool):
            return value
        if isinstance(value, int):
            if value.bit_length() > MAX_INT_BITS:
                raise NotPlain("an integer of more than 300 digits")
            return int(value)
        if isinstance(value, str):
            return str(value)
        if isinstance(value, float):
            return float(value)
        if isinstance(value, complex):
            return complex(value)
        if isinstance(value, np.generic):
            return value.item() if value.dtype.name in DTYPES else self._keep(value)
        if isinstance(value, np.ndarray):
            if value.dtype.name in DTYPES:
                return np.array(value, copy=True, subok=False)
            if value.dtype.kind in "OU" and value.ndim:
                return self.to_plain(value.tolist(), depth)
            return self._keep(value)
        torch = sys.modules.get("torch")
        if torch is not None and isinstance(value, torch.Tensor):
            tensor = value.detach().cpu()
            if tensor.dtype == torch.bfloat16:
                tensor = tensor.float()
            return np.array(tensor.resolve_conj().numpy(), copy=True)
        if isinstance(value, list):
            return [self.to_plain(item, depth + 1) for item in value]
        if isinstance(value, tuple):
            return tuple(self.to_plain(item, depth + 1) for item in value)
        if isinstance(value, dict):
            return {self.to_plain(k, depth + 1): self.to_plain(v, depth + 1) for k, v in value.items()}
        return self._keep(value)

    def _keep(self, value: Any) -> Handle:
        self._kept.append(value)
        return Handle(len(self._kept) - 1, type(value).__name__)


def threading_is_interactive() -> bool:
    """Whether a person can press Ctrl-C here (their own notebook), so that it must reach them."""
    return "ipykernel" in sys.modules or hasattr(sys, "ps1")


def failure(error: BaseException, seconds: float) -> Outcome:
    """The outcome of an exception that a student's code let out."""
    if isinstance(error, MemoryError) or _says_no_memory(error):
        where = GPU if type(error).__name__ == "OutOfMemoryError" else ""
        return Outcome(Status.OUT_OF_MEMORY, error=where, seconds=seconds)
    types = tuple(cls.__name__[:80] for cls in type(error).__mro__ if cls not in (object, BaseException, Exception))
    where = _student_line(error)
    return Outcome(
        Status.RAISED, error_types=types or ("Exception",), error=text_of(error), where=where, seconds=seconds
    )


def text_of(error: Any, most: int = 300) -> str:
    """The text of an exception, at most ``most`` characters; empty where making it fails."""
    try:
        return str(error)[:most]
    except Exception:
        return ""


def _says_no_memory(error: BaseException) -> bool:
    # torch raises RuntimeError where its CPU allocator fails, and OutOfMemoryError on a GPU
    if type(error).__name__ == "OutOfMemoryError":
        return True
    return type(error) is RuntimeError and "allocate memory" in text_of(error, 500)


def _student_line(error: BaseException) -> str:
    lines = [
        linecache.getline(frame.filename, frame.lineno or 0).strip()
        for frame in traceback.extract_tb(error.__traceback__)
        if frame.filename.startswith("<") or "ipykernel" in frame.filename
    ]
    return next((line[:200] for line in reversed(lines) if line), "")


def _digest(value: Any) -> bytes:
    """A fingerprint of an argument's contents, to see whether a call changed it."""
    hasher = hashlib.blake2b(digest_size=16)
    _feed(hasher, value)
    return hasher.digest()


def _feed(hasher: Any, value: Any) -> None:
    torch = sys.modules.get("torch")
    if isinstance(value, np.ndarray):
        hasher.update(f"{value.dtype}{value.shape}".encode())
        hasher.update(np.ascontiguousarray(value).data if value.size else b"")
    elif torch is not None and isinstance(value, torch.Tensor):
        _feed(hasher, value.detach().cpu().numpy())
    elif isinstance(value, list | tuple):
        hasher.update(f"{type(value).__name__}{len(value)}".encode())
        for item in value:
            _feed(hasher, item)
    elif isinstance(value, dict):
        hasher.update(f"d{len(value)}".encode())
        for key, item in value.items():
            _feed(hasher, key)
            _feed(hasher, item)
    elif value is None or isinstance(value, bool | int | float | complex | str):
        hasher.update(repr(value).encode())
