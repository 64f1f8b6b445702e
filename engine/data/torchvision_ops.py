"""Importing torchvision beside a torch that it was not compiled for.

torch's CPU build beside a torchvision built for CUDA is a common pair: it is what pip installs
where only torch is asked for from the CPU index. torchvision's compiled operators then cannot be
loaded, and importing it fails with "operator torchvision::nms does not exist", because it attaches
shape rules to two of them. Chalknet needs none of its operators, only the data set classes.
"""

from __future__ import annotations

import importlib
import sys
import threading
from types import ModuleType
from typing import Any

#: torchvision's own signatures of the operators that its import asks for.
MISSING_OPERATORS = (
    "nms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor",
    "qnms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor",
)
_kept_alive: list[Any] = []  # torch forgets definitions together with their library object
_importing = threading.Lock()


def import_torchvision() -> ModuleType:
    """torchvision, imported; a build that matches torch stays untouched.

    Only where the import fails for want of `nms` are the missing operators declared, without an
    implementation, and the import repeated. Calling them then fails with torch's own message.

    Raises `ImportError` or `RuntimeError` as the import does where something else is wrong.
    """
    with _importing:
        try:
            return importlib.import_module("torchvision")
        except RuntimeError as error:
            if "torchvision::nms does not exist" not in str(error):
                raise
        # Parts of torchvision were imported and refer to the half-made package.
        for name in [name for name in sys.modules if name.partition(".")[0] == "torchvision"]:
            del sys.modules[name]
        _declare_missing_operators()
        return importlib.import_module("torchvision")


def _declare_missing_operators() -> None:
    import torch

    library = torch.library.Library("torchvision", "FRAGMENT")  # type: ignore[no-untyped-call]
    for signature in MISSING_OPERATORS:
        library.define(signature)  # type: ignore[no-untyped-call]
    _kept_alive.append(library)
