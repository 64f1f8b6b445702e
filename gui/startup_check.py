"""What would keep Chalknet from starting, found early and told in one sentence.

Qt aborts the process when its platform plugin lacks a library or reaches no display. What Qt is
about to try is therefore tried here first. Nothing below is imported before it has been looked for.
"""

from __future__ import annotations

import ctypes
import importlib
import importlib.util
import os
import re
import socket
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
#: The module that each required package brings, by the package's name.
ENGINE_PACKAGES = {
    "click": "click",
    "markdown-it-py": "markdown_it",
    "msgspec": "msgspec",
    "numpy": "numpy",
    "platformdirs": "platformdirs",
    "threadpoolctl": "threadpoolctl",
    "rich": "rich",
    "safetensors": "safetensors",
    "torch": "torch",
    "torchvision": "torchvision",
}
WINDOW_PACKAGES = {
    "PySide6-Essentials": "PySide6",
    "pyqtgraph": "pyqtgraph",
    "QtAwesome": "qtawesome",
    "ziamath": "ziamath",
}


def problem(*, window: bool) -> str:
    """The first thing in the way, as one sentence with its remedy, or an empty string.

    `window` is false for the commands, which need neither Qt nor a display.
    """
    if not window:
        return missing_package(ENGINE_PACKAGES)
    return missing_package(ENGINE_PACKAGES | WINDOW_PACKAGES) or qt_problem() or display_problem()


def missing_package(packages: dict[str, str]) -> str:
    """Say which of `packages` (module names by package name) are not installed."""
    missing = [name for name, module in packages.items() if not importlib.util.find_spec(module)]
    if not missing:
        return ""
    return (
        f"Chalknet lacks {', '.join(missing)} in {sys.executable}; "
        f"run “python -m pip install -e .” with that Python in the folder {ROOT}."
    )


def qt_problem() -> str:
    """Say why Qt itself cannot be loaded."""
    try:
        for module in ("QtWidgets", "QtSvg"):
            importlib.import_module(f"PySide6.{module}")
    except ImportError as error:
        return library_problem(error)
    return ""


def display_problem() -> str:
    """Say why Qt will find no screen. Only X11 and Wayland, as on Linux, can fail so."""
    if sys.platform in ("darwin", "win32"):
        return ""
    platforms = qt_platforms()
    if not platforms:
        return (
            "Chalknet opens a window, and there is no display: neither DISPLAY nor WAYLAND_DISPLAY "
            "is set; start it from a desktop or with xvfb-run, or let “make run” render its "
            "demonstration without a window."
        )
    problems = [plugin_problem(name) or CONNECTIONS.get(name, str)() for name in platforms]
    return "" if "" in problems else problems[-1]


def qt_platforms() -> list[str]:
    """The platforms that Qt will try, in its order; it is content with the first that works."""
    chosen = os.environ.get("QT_QPA_PLATFORM")
    if chosen:
        return [re.split("[:-]", name)[0] for name in chosen.split(";")]
    session = os.environ.get("XDG_SESSION_TYPE")
    wayland = bool(os.environ.get("WAYLAND_DISPLAY")) or session == "wayland"
    return ["wayland"] * wayland + ["xcb"] * bool(os.environ.get("DISPLAY"))


def plugin_problem(platform: str) -> str:
    """Say why the plugin of this Qt platform cannot be loaded."""
    package = Path(importlib.import_module("PySide6").__path__[0])
    own = package / "Qt" / "plugins" / "platforms"
    plugins = Path(os.environ.get("QT_QPA_PLATFORM_PLUGIN_PATH", own))
    if not any(plugins.glob("libq*.so")):  # a Qt of the system's own, packaged with its libraries
        return ""
    plugin = plugins / f"libq{platform}.so"
    if not plugin.exists():
        known = ", ".join(sorted(path.stem.removeprefix("libq") for path in plugins.glob("*.so")))
        return (
            f"Qt has no platform “{platform}”, which QT_QPA_PLATFORM asks for; "
            f"unset the variable or choose one of {known}."
        )
    try:
        ctypes.CDLL(str(plugin))
    except OSError as error:
        return library_problem(error)
    return ""


def library_problem(error: Exception) -> str:
    """The loader's complaint as one sentence that names the library and its Debian package."""
    found = re.match(r"(lib[^:/]+)\.so\.?(\d*)[^:]*: cannot open", str(error))
    if found:
        library, version = found.groups()
        package = debian_package(library, version)
        return (
            f"Qt needs the system library {library}.so.{version}, which is not installed; "
            f"run “sudo apt-get install {package}” (other systems: the package that holds it), or "
            "“make libraries” for everything that Qt needs."
        )
    remedy = "install the package again with “python -m pip install --force-reinstall -e .”"
    if sys.platform == "win32":
        remedy = "install the current Microsoft Visual C++ Redistributable"
    return f"Qt cannot be loaded ({error}); {remedy}."


def debian_package(library: str, version: str) -> str:
    """Debian's name for a shared library's package (Debian Policy, 8.1)."""
    if library in ("libglib-2.0", "libgthread-2.0"):
        return "libglib2.0-0"
    return library.lower() + ("-" if library[-1].isdigit() else "") + version


def xcb_problem() -> str:
    """Say that the X server does not answer."""
    try:
        xcb = ctypes.CDLL("libxcb.so.1")
    except OSError:  # then the plugin brings its own
        return ""
    xcb.xcb_connect.restype = ctypes.c_void_p
    xcb.xcb_connect.argtypes = [ctypes.c_char_p, ctypes.c_void_p]
    xcb.xcb_connection_has_error.argtypes = xcb.xcb_disconnect.argtypes = [ctypes.c_void_p]
    connection = xcb.xcb_connect(None, None)
    failed = xcb.xcb_connection_has_error(connection)
    xcb.xcb_disconnect(connection)
    return unreachable("DISPLAY", os.environ.get("DISPLAY", "")) if failed else ""


def wayland_problem() -> str:
    """Say that the Wayland compositor does not answer."""
    if "WAYLAND_SOCKET" in os.environ:  # an open connection, to be used once only
        return ""
    name = os.environ.get("WAYLAND_DISPLAY") or "wayland-0"
    address = Path(os.environ.get("XDG_RUNTIME_DIR", "/")) / name
    with socket.socket(socket.AF_UNIX) as client:
        try:
            client.connect(str(address))
        except OSError:
            return unreachable("WAYLAND_DISPLAY", name)
    return ""


def unreachable(variable: str, value: str) -> str:
    return (
        f"Chalknet opens a window, and no display answers at {variable}={value}; "
        f"set {variable} to a running one, or unset it and let “make run” render its "
        "demonstration without a window."
    )


CONNECTIONS = {"xcb": xcb_problem, "wayland": wayland_problem}
