"""What the fork server does once, so that submissions need not: imports, and memory that is quickly forked."""

from __future__ import annotations

import ctypes
import gc
import os
from collections.abc import Iterable, Iterator
from typing import Any

from autograder.sandbox.student import make_shell

_HUGE, _MADV_COLLAPSE = 2 << 20, 25


def warm_shell(libraries: Iterable[str]) -> Any:
    """The shell that every submission inherits, once ``libraries`` and what all notebooks use are imported."""
    _import_what_all_use()
    for name in libraries:
        _IMPORT[name]()
    shell = make_shell()
    gc.collect()
    gc.freeze()  # objects made so far are never collected, so forks keep sharing their pages
    return shell


def _import_what_all_use() -> None:
    os.environ["MPLBACKEND"] = "module://matplotlib_inline.backend_inline"
    import matplotlib.pyplot  # noqa: F401
    import matplotlib_inline.backend_inline  # noqa: F401
    # fonts are looked for and the renderers made on the first figure
    figure, axes = matplotlib.pyplot.subplots()
    axes.set_title("$x_i$")
    figure.savefig(os.devnull, format="png")
    matplotlib.pyplot.close("all")

    # every released notebook starts with it; it knows public cases only
    import autograder.check  # noqa: F401


def _scipy() -> None:
    import scipy.integrate  # noqa: F401
    import scipy.interpolate  # noqa: F401
    import scipy.linalg  # noqa: F401
    import scipy.optimize  # noqa: F401
    import scipy.sparse.linalg  # noqa: F401
    import scipy.stats  # noqa: F401


def _torch() -> None:
    import torch
    import torch.nn.functional  # noqa: F401
    import torch.optim  # noqa: F401
    import torch.utils.data  # noqa: F401

    torch.set_num_threads(1)  # also keeps a thread pool, which no fork survives, from being made


def _torch_optim() -> None:
    _torch()
    import torch._dynamo  # noqa: F401 (by every optimizer at its first step, which takes a second)


def _torchvision() -> None:
    from autograder.torchvision_shim import import_torchvision

    _torch()
    import_torchvision()


_IMPORT = {"scipy": _scipy, "torch": _torch, "torch.optim": _torch_optim, "torchvision": _torchvision}


def gather_in_huge_pages() -> Iterator[None]:
    """Gathers this process's memory in huge pages, one a step, so that a fork copies hundreds of entries and not ten
    thousands.

    A page that a fork writes to is copied alone, as before. Where the kernel cannot do this, nothing changes.
    """
    madvise = ctypes.CDLL(None).madvise
    with open("/proc/self/maps") as stream:
        lines = [line.split() for line in stream]
    for span, rights, *_, name in ([*line[:2], line[5] if len(line) > 5 else ""] for line in lines):
        if rights == "rw-p" and name in ("", "[heap]"):
            first, last = (int(address, 16) for address in span.split("-"))
            first = (first + _HUGE - 1) // _HUGE * _HUGE
            for address in range(first, last - _HUGE + 1, _HUGE):
                madvise(ctypes.c_void_p(address), ctypes.c_size_t(_HUGE), _MADV_COLLAPSE)
                yield
