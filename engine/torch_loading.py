"""Import torch in a background thread without freezing the window."""

from __future__ import annotations

import ctypes
import importlib
import importlib.util
import os
import sys
from pathlib import Path

#: In the order of their dependencies; PyTorch's own names on every system.
_LIBRARIES = ("c10", "torch_cpu", "torch", "torch_python")


def load_torch() -> str:
    """Import torch and return its version.

    `import torch` maps several hundred megabytes of libraries while it holds Python's global lock,
    which stops every other thread for a quarter of a second. Calling the system's own loader
    through ctypes releases the lock; the import then finds the libraries mapped. Where that is not
    possible nothing is lost but smoothness: the import itself is the same.
    """
    if "torch" not in sys.modules and os.name == "posix":
        _map_libraries()
    version: str = importlib.import_module("torch").__version__
    return version


def _map_libraries() -> None:
    found = importlib.util.find_spec("torch")
    if found is None or found.origin is None:
        return
    folder = Path(found.origin).parent / "lib"
    suffix = "dylib" if sys.platform == "darwin" else "so"
    dlopen = ctypes.CDLL(None).dlopen
    dlopen.argtypes, dlopen.restype = (ctypes.c_char_p, ctypes.c_int), ctypes.c_void_p
    for name in _LIBRARIES:
        library = folder / f"lib{name}.{suffix}"
        if library.exists():
            dlopen(os.fsencode(library), os.RTLD_NOW)
