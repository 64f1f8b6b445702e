"""The walls of the house that ruff and mypy do not see."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ("engine", "gui", "resources", "tests")
SOURCES = [ROOT / "main.py", *(path for room in ROOMS for path in (ROOT / room).rglob("*.py"))]
TEXTS = [
    *SOURCES,
    *(ROOT / name for name in ("README.md", "Makefile", "pyproject.toml")),
    *(ROOT / ".ci").iterdir(),
]
UNWANTED = {
    "an unfinished spot": r"\b(TOD[O]|FIXM[E]|XX[X]|NotImplemente[d]Error)\b",
    "a folder of one computer": r"(?<![\w./:~}*-])/(home|root|Users|work|tmp|mnt)/[\w.]",
    "a package index, which is the user's choice": r"--?(extra-)?inde[x]-url|\bfiles\.python",
}


def python(code: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, encoding="utf-8", timeout=100
    )


def test_import_contracts():
    result = python(
        "from importlinter.cli import lint_imports\n"
        "raise SystemExit(lint_imports(no_cache=True))"
    )
    assert result.returncode == 0, result.stdout + result.stderr


def test_no_module_of_the_window_imports_torch():
    result = python(
        "import gui, importlib, pkgutil, sys\n"
        "names = [m.name for m in pkgutil.walk_packages(gui.__path__, 'gui.')]\n"
        "for name in names:\n"
        "    importlib.import_module(name)\n"
        "    assert 'torch' not in sys.modules, name\n"
        "assert 'gui.startup_check' in names\n"
    )
    assert result.returncode == 0, result.stderr


@pytest.mark.parametrize(
    "module", ["engine.training.recipe", "engine.training.presets", "engine.runs.history"]
)
def test_specs_and_histories_load_without_torch(module: str):
    result = python(f"import sys, {module}; assert 'torch' not in sys.modules")
    assert result.returncode == 0, result.stderr


def test_startup_check_looks_before_anything_is_imported():
    result = python("import sys, gui.startup_check; assert 'PySide6' not in sys.modules")
    assert result.returncode == 0, result.stderr


def test_no_file_is_too_long_to_read():
    # Tests are lists of cases; they may be longer than what they test.
    rooms = [path for path in SOURCES if not path.is_relative_to(ROOT / "tests")]
    lengths = {str(path): path.read_bytes().count(b"\n") for path in rooms}
    assert {path: length for path, length in lengths.items() if length > 400} == {}


@pytest.mark.parametrize("what", UNWANTED)
def test_unwanted_words(what: str):
    found = [
        f"{path.relative_to(ROOT)}: {line.strip()}"
        for path in TEXTS
        for line in path.read_text(encoding="utf-8").splitlines()
        if re.search(UNWANTED[what], line)
    ]
    assert found == []
