"""Importing torchvision beside a CPU build of PyTorch.

The torchvision wheel on PyPI is built for CUDA; beside a CPU torch its import fails because two operators do not exist.
Declaring their schemas is enough for ``torchvision.datasets`` and ``transforms``, which never call them.
"""

from __future__ import annotations

from typing import Any

_LIBRARIES: list[Any] = []  # torch forgets a schema when its Library object is collected


def import_torchvision() -> Any:
    """The torchvision module, or None where it is not installed."""
    import importlib.util

    import torch

    if importlib.util.find_spec("torchvision") is None:
        return None
    if not torch.version.cuda and not _LIBRARIES:
        library = torch.library.Library("torchvision", "DEF")
        for schema in (
            "nms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor",
            "qnms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor",
        ):
            library.define(schema)
        _LIBRARIES.append(library)
    import torchvision

    return torchvision
