"""The front door: the command line, and starts that fail with one sentence instead of a crash."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import main
from gui import startup_check

ROOT = Path(main.__file__).parent
DISPLAY_VARIABLES = {"DISPLAY", "WAYLAND_DISPLAY", "WAYLAND_SOCKET", "XDG_SESSION_TYPE"}
on_linux = pytest.mark.skipif(sys.platform != "linux", reason="only X11 and Wayland can be absent")


def start(*arguments: str, python: tuple[str, ...] = (), **environment: str):
    """Run main.py in a process of its own that sees no display but the given one."""
    hidden = DISPLAY_VARIABLES | {"QT_QPA_PLATFORM"}
    seen = {name: value for name, value in os.environ.items() if name not in hidden}
    return subprocess.run(
        [sys.executable, *python, "main.py", *arguments],
        cwd=ROOT, env=seen | environment, capture_output=True, encoding="utf-8", timeout=60,
    )


def assert_one_sentence(run: subprocess.CompletedProcess[str], *words: str) -> None:
    assert (run.returncode, run.stdout) == (2, ""), run.stderr
    assert re.fullmatch(r"[^\n]+\.\n", run.stderr), run.stderr
    for word in words:
        assert word in run.stderr


def test_version():
    run = start("--version")
    assert (run.returncode, run.stdout, run.stderr) == (0, "Chalknet 0.1.0\n", "")


def test_the_version_is_told_before_anything_large_is_imported():
    code = (
        "import sys, main\n"
        "try: main.main(['--version'])\n"
        "except SystemExit: print([m for m in ('PySide6', 'torch', 'click') if m in sys.modules])"
    )
    run = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert run.stdout.splitlines()[1] == "[]"


def test_help_lists_the_options_and_the_commands():
    run = start("--help")
    assert (run.returncode, run.stderr) == (0, "")
    for word in ("--data-dir", *main.THEMES, *main.COMMANDS):
        assert word in run.stdout


@pytest.mark.parametrize("command", main.COMMANDS)
def test_every_command_has_a_help_of_its_own(command: str):
    run = start(command, "--help")
    assert run.returncode == 0, run.stderr
    assert command in run.stdout


@pytest.mark.parametrize(
    ("arguments", "culprit"),
    [
        (("juggle",), "juggle"),
        (("--juggle",), "--juggle"),
        (("--data", "."), "--data"),  # no abbreviations: they would break with the next option
        (("--theme", "sepia"), "sepia"),
        (("--data-dir", "no/such/folder"), "no/such/folder"),
        (("--theme", "dark", "train"), "train"),
        (("--language", "tlh"), "“tlh”; there are de, en"),
        (("--session", "no/such/file.chalknet"), "no/such/file.chalknet"),
        (("--session", "README.md", "--lesson", "1b"), "--session"),
    ],
)
def test_what_the_command_line_does_not_know(arguments: tuple[str, ...], culprit: str):
    assert_one_sentence(start(*arguments), culprit, "--help")


def test_a_lesson_that_there_is_not():
    assert_one_sentence(start("--lesson", "7z", QT_QPA_PLATFORM="offscreen"), "“7z”", "1b", "hour")


def test_lessons_are_known_by_name_before_any_is_read(own_home: Path):
    from engine.lessons.keys import lesson_keys
    from engine.lessons.library import Library

    own = own_home / "lessons"
    own.mkdir(parents=True)
    (own / "monday.md").write_text(
        "---\ntitle: Mine\npart: 1b\nsummary: Mine.\n---\n\n## Only (1 min)\n\n"
        "```set expressivity fresh\nscene = box\n```\n\nA step.\n", encoding="utf-8"
    )
    library = Library()
    assert library.problems == ()
    assert sorted(lesson.key for lesson in library.lessons) == list(lesson_keys())
    assert "monday" in lesson_keys()


def test_the_commands_are_those_of_the_engine_and_the_tour_of_the_window():
    from engine import cli
    from gui import tour

    assert cli.commands.commands["tour"] is tour.tour
    assert set(cli.commands.commands) == set(main.COMMANDS)


def test_the_tour_needs_no_display(tmp_path: Path):
    run = start("tour", "--lesson", "7z", "--out", str(tmp_path))
    assert_one_sentence(run, "“7z”", "1b", "hour")


@on_linux
def test_the_tour_tells_what_is_in_the_way_of_a_window(tmp_path: Path):
    run = start("tour", "--out", str(tmp_path), QT_QPA_PLATFORM="papyrus")
    assert_one_sentence(run, "papyrus", "offscreen")


def test_the_themes_are_those_of_the_window():
    from gui.theme import THEMES

    assert tuple(THEMES) == main.THEMES


def test_an_old_python_is_told_so(capsys: pytest.CaptureFixture[str]):
    assert main.main([], python=(3, 8)) == 2
    sentence = capsys.readouterr().err
    assert re.fullmatch(r"Chalknet needs Python 3\.11 [^\n]*3\.8[^\n]*\.\n", sentence)


def test_an_old_python_can_read_the_front_door():
    ast.parse((ROOT / "main.py").read_text(encoding="utf-8"), feature_version=(3, 6))


def test_ctrl_c(monkeypatch: pytest.MonkeyPatch):
    def interrupted(_: list[str]) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr(main, "start", interrupted)
    assert main.main([]) == 130


@on_linux
def test_no_display():
    assert_one_sentence(start(), "no display", "make run")


@on_linux
def test_an_x_server_that_does_not_answer():
    assert_one_sentence(start(DISPLAY=":987"), ":987", "DISPLAY")


@on_linux
def test_a_wayland_compositor_that_does_not_answer(tmp_path: Path):
    run = start(
        QT_QPA_PLATFORM="wayland", WAYLAND_DISPLAY="wayland-7", XDG_RUNTIME_DIR=str(tmp_path)
    )
    assert_one_sentence(run)
    assert "wayland-7" in run.stderr or "libwayland" in run.stderr


@on_linux
def test_a_platform_that_qt_does_not_have():
    assert_one_sentence(start(QT_QPA_PLATFORM="papyrus"), "papyrus", "offscreen")


@on_linux
def test_a_library_that_the_platform_plugin_lacks(tmp_path: Path):
    """The plugin is copied and made to ask for a library that no system has."""
    import PySide6

    qt = Path(PySide6.__path__[0]) / "Qt"
    plugin = (qt / "plugins" / "platforms" / "libqxcb.so").read_bytes()
    assert b"libxcb-cursor.so.0" in plugin
    (tmp_path / "libqxcb.so").write_bytes(
        plugin.replace(b"libxcb-cursor.so.0", b"libxcb-chalks.so.0")
    )
    run = start(
        DISPLAY=":987", QT_QPA_PLATFORM_PLUGIN_PATH=str(tmp_path), LD_LIBRARY_PATH=str(qt / "lib")
    )
    assert_one_sentence(run, "libxcb-chalks.so.0", "apt-get install libxcb-chalks0")


@on_linux
def test_a_library_that_qt_itself_lacks():
    error = ImportError("libEGL.so.1: cannot open shared object file: No such file or directory")
    sentence = startup_check.library_problem(error)
    assert "libEGL.so.1" in sentence
    assert "apt-get install libegl1”" in sentence


@pytest.mark.parametrize(
    ("library", "version", "package"),
    [
        ("libEGL", "1", "libegl1"),
        ("libxkbcommon-x11", "0", "libxkbcommon-x11-0"),
        ("libdbus-1", "3", "libdbus-1-3"),
        ("libxcb-render-util", "0", "libxcb-render-util0"),
        ("libglib-2.0", "0", "libglib2.0-0"),
    ],
)
def test_debian_names(library: str, version: str, package: str):
    assert startup_check.debian_package(library, version) == package
    assert package in (ROOT / ".ci" / "system-libraries").read_text(encoding="utf-8").split()


def test_missing_packages_are_named():
    """Without its site-packages, Python has nothing but its own library."""
    assert_one_sentence(start("train", python=("-S", "-E")), "torch", "click", "pip install -e .")


def test_every_required_package_is_looked_for():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    required = {re.split(r"[<>=!~;\[ ]", line)[0] for line in project["dependencies"]}
    assert required == {*startup_check.ENGINE_PACKAGES, *startup_check.WINDOW_PACKAGES}


@pytest.mark.xvfb
def test_here_nothing_is_in_the_way():
    assert startup_check.problem(window=True) == ""
