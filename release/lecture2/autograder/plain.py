"""Plain data: the only values that cross between the student's process and the judge.

Numbers, strings, None, lists, tuples, dicts and numeric arrays are written as a JSON tree with the arrays' bytes
beside it; nothing is ever pickled. Four markers stand for what plain data cannot say: ``Handle`` names an object
that stayed in the student's process, ``Source`` is program text that the student's process builds (a callable
argument, a generator), ``TorchTensor`` an array that arrives as ``torch.Tensor``, ``DEVICE`` the configured device.
"""

from __future__ import annotations

import base64
import builtins
import json
import math
import struct
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

DTYPES = frozenset(
    "bool int8 int16 int32 int64 uint8 uint16 uint32 uint64 "
    "float16 float32 float64 complex64 complex128".split()
)
MAX_DEPTH = 24
MAX_TREE_BYTES = 16_000_000
MAX_INT_BITS = 1024
# types that a message may name: a student's own name could spell out a hidden input
TYPE_NAMES = frozenset(name for name in dir(builtins) if isinstance(getattr(builtins, name), type)) | frozenset(
    "NoneType function builtin_function_or_method method module generator dict_keys dict_values dict_items ndarray "
    "Axes Figure Line2D AxesImage Tensor Parameter Sequential Linear Conv2d Module DataFrame Series Generator".split()
)
VALUES = frozenset("ltdfcah")  # what an answer may hold: values and handles, never program text or a marker for one
MARKERS = VALUES | frozenset("sTD")


class NotPlain(ValueError):
    """A value or message that is not bounded plain data; the text says what is wrong with it."""


@dataclass(frozen=True)
class Handle:
    """An object that stayed in the student's process: its number there and the name of its type."""

    number: int
    type_name: str


@dataclass(frozen=True)
class Source:
    """Python source text whose global ``name`` is the value, built where the student's code runs.

    ``constants`` (plain data) are globals of the text. Each call builds it anew, so a generator starts afresh.
    """

    code: str
    name: str
    constants: dict[str, Any] = field(default_factory=dict)

    def build(self) -> Any:
        scope: dict[str, Any] = {"np": np, "__name__": "argument", **self.constants}
        exec(compile(self.code, f"<argument {self.name}>", "exec"), scope)  # the grader's text, never a student's
        return scope[self.name]


@dataclass(frozen=True)
class TorchTensor:
    """An array that reaches the student's function as ``torch.Tensor`` of the same dtype."""

    array: npt.NDArray[Any]


@dataclass(frozen=True)
class _Device:
    """Stands for ``"cpu"`` or ``"cuda"``, whichever the course is graded on."""


DEVICE = _Device()


def pack(value: Any) -> tuple[Any, list[bytes]]:
    """The JSON tree and the array buffers of ``value``; NotPlain where it is anything else."""
    buffers: list[bytes] = []
    return _pack(value, buffers, 0), buffers


def _pack(value: Any, buffers: list[bytes], depth: int) -> Any:
    if depth > MAX_DEPTH:
        raise NotPlain(f"nested more than {MAX_DEPTH} levels deep")
    if value is None or type(value) in (bool, str):
        return value
    if type(value) is int:
        if value.bit_length() > MAX_INT_BITS:
            raise NotPlain("an integer of more than 300 digits")
        return value
    if type(value) is float:
        return value if math.isfinite(value) else ["f", repr(value)]
    if type(value) is complex:
        return ["c", value.real.hex(), value.imag.hex()]
    if isinstance(value, np.ndarray):
        if value.dtype.name not in DTYPES:
            raise NotPlain(f"an array of dtype {value.dtype}")
        buffers.append(np.ascontiguousarray(value).tobytes())
        return ["a", value.dtype.name, list(value.shape), len(buffers) - 1]
    if isinstance(value, np.generic):
        return _pack(value.item(), buffers, depth)
    if isinstance(value, list | tuple):
        tag = "l" if isinstance(value, list) else "t"
        return [tag, [_pack(item, buffers, depth + 1) for item in value]]
    if isinstance(value, dict):
        pairs = [[_pack(k, buffers, depth + 1), _pack(v, buffers, depth + 1)] for k, v in value.items()]
        return ["d", pairs]
    if isinstance(value, Handle):
        return ["h", value.number, value.type_name]
    if isinstance(value, Source):
        return ["s", value.code, value.name, _pack(value.constants, buffers, depth + 1)]
    if isinstance(value, TorchTensor):
        return ["T", _pack(value.array, buffers, depth + 1)]
    if isinstance(value, _Device):
        return ["D"]
    raise NotPlain(f"a {type(value).__name__}")


def unpack(tree: Any, buffers: list[bytes], tags: frozenset[str] = MARKERS) -> Any:
    """The value of a tree that ``pack`` made; NotPlain where the tree or a buffer is not well formed.

    ``tags`` are the kinds that are accepted: VALUES where the tree comes from a student.
    """
    try:
        return _unpack(tree, buffers, tags, 0)
    except (TypeError, ValueError, IndexError, KeyError, OverflowError) as broken:
        raise NotPlain(f"not a well-formed value ({broken})") from broken


def _unpack(tree: Any, buffers: list[bytes], tags: frozenset[str], depth: int) -> Any:
    if depth > 2 * MAX_DEPTH:
        raise NotPlain("nested too deep")
    if isinstance(tree, str):
        return text(tree)
    if tree is None or isinstance(tree, bool | float):
        return tree
    if isinstance(tree, int):
        if tree.bit_length() > MAX_INT_BITS:
            raise NotPlain("an integer of more than 300 digits")
        return tree
    if not isinstance(tree, list) or not tree:
        raise NotPlain("not a value")
    tag, *rest = tree
    if tag not in tags:
        raise NotPlain(f"an unknown tag {text(str(tag)[:20])!r}")
    if tag == "l":
        return [_unpack(item, buffers, tags, depth + 1) for item in rest[0]]
    if tag == "t":
        return tuple(_unpack(item, buffers, tags, depth + 1) for item in rest[0])
    if tag == "d":
        return {_unpack(k, buffers, tags, depth + 1): _unpack(v, buffers, tags, depth + 1) for k, v in rest[0]}
    if tag == "f":
        return float(str(rest[0]))
    if tag == "c":
        return complex(float.fromhex(rest[0]), float.fromhex(rest[1]))
    if tag == "a":
        return _unpack_array(*rest, buffers=buffers)
    if tag == "h":
        own = tags is VALUES and rest[1] not in TYPE_NAMES
        return Handle(int(rest[0]), "(one of your own)" if own else str(rest[1]))
    if tag == "s":
        return Source(str(rest[0]), str(rest[1]), _unpack(rest[2], buffers, tags, depth + 1))
    if tag == "T":
        return TorchTensor(_unpack(rest[0], buffers, tags, depth + 1))
    return DEVICE


def text(string: str) -> str:
    """``string`` without lone surrogates, which no file takes."""
    return string if string.isascii() else string.encode("utf-8", "replace").decode("utf-8")


def _unpack_array(dtype: Any, shape: Any, index: Any, *, buffers: list[bytes]) -> npt.NDArray[Any]:
    if dtype not in DTYPES:
        raise NotPlain("an array of another dtype")
    if not isinstance(shape, list) or not all(type(n) is int and n >= 0 for n in shape) or len(shape) > 32:
        raise NotPlain("an array without a proper shape")
    if type(index) is not int or not 0 <= index < len(buffers):
        raise NotPlain("an array without its bytes")
    kind = np.dtype(dtype)
    if math.prod(shape) * kind.itemsize != len(buffers[index]):
        raise NotPlain("an array whose bytes do not fit its shape")
    return np.frombuffer(bytearray(buffers[index]), dtype=kind).reshape(shape)


def to_bytes(value: Any) -> bytes:
    """``value`` as one message: two lengths, the JSON tree with the buffers' lengths, the buffers."""
    tree, buffers = pack(value)
    head = json.dumps([tree, [len(b) for b in buffers]], separators=(",", ":"), allow_nan=False).encode()
    return b"".join([struct.pack(">QQ", len(head), sum(map(len, buffers))), head, *buffers])


def from_bytes(message: bytes, tags: frozenset[str] = MARKERS) -> Any:
    """The value of a message made by ``to_bytes``; NotPlain for anything else, however malformed."""
    if len(message) < 16:
        raise NotPlain("a message cut short")
    head_length, body_length = struct.unpack(">QQ", message[:16])
    if head_length > MAX_TREE_BYTES or 16 + head_length + body_length != len(message):
        raise NotPlain("a message of the wrong length")
    try:
        tree, lengths = json.loads(message[16 : 16 + head_length])
        buffers, start = [], 16 + head_length
        for length in lengths:
            if type(length) is not int or length < 0:
                raise NotPlain("a buffer without a length")
            buffers.append(message[start : start + length])
            start += length
    except (ValueError, TypeError, RecursionError) as broken:
        raise NotPlain("a message that is not JSON") from broken
    return unpack(tree, buffers, tags)


def to_jsonable(value: Any) -> Any:
    """``value`` for a JSON file: the same tree, the buffers in base64."""
    tree, buffers = pack(value)
    return {"value": tree, "arrays": [base64.b64encode(b).decode() for b in buffers]}


def from_jsonable(stored: Any) -> Any:
    """The value that ``to_jsonable`` stored."""
    return unpack(stored["value"], [base64.b64decode(text) for text in stored["arrays"]])
