"""The window around the tabs: look, settings, and that it always closes."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest
from driving import LONG
from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QApplication

import main
from engine.places import settings_file
from gui.main_window import SMALLEST_SIZE
from gui.tabs import TABS
from gui.tabs.training.run import RunState
from gui.theme import THEMES, ZOOM_STEPS, look, theme_label

Key = Qt.Key


def test_it_has_a_name_an_icon_and_tabs(lab):
    assert lab.window.windowTitle() == "Chalknet"
    assert not lab.window.windowIcon().isNull()
    bar = lab.window.tab_bar
    assert [bar.tabText(i) for i in range(bar.count())] == [
        f"{info.part} · {info.title}" for info in TABS
    ]
    assert lab.window.pages.currentWidget() is lab.tab


def test_the_desktop_knows_the_application_by_its_name():
    code = (
        "from gui.app import make_application\n"
        "app = make_application(['chalknet'])\n"
        "print(app.applicationName(), app.desktopFileName(), app.applicationDisplayName())\n"
        "print(app.windowIcon().isNull())\n"
    )
    run = subprocess.run(
        [sys.executable, "-c", code], cwd=Path(main.__file__).parent, capture_output=True,
        text=True, check=True, timeout=60,
    )
    assert run.stdout.split() == ["chalknet", "chalknet", "Chalknet", "False"]


def test_it_does_not_get_too_small(lab):
    lab.window.resize(100, 100)
    lab.until(lambda: lab.window.size() == SMALLEST_SIZE)


def test_themes_by_key(lab):
    seen = [look().theme]
    for _ in THEMES:
        lab.ctrl(Key.Key_T)
        seen.append(look().theme)
    assert seen == ["light", "dark", "projector", "light"]


def open_menu(lab):
    """The menu of the button for the look, by keyboard."""
    menu = lab.window.look_menu
    button = lab.window.header_buttons[2]
    menu.popup(button.mapToGlobal(button.rect().bottomLeft()))
    lab.until(menu.isVisible)
    return menu


@pytest.mark.parametrize("theme", ["dark", "projector"])
def test_themes_by_menu(lab, theme):
    menu = open_menu(lab)
    action = next(a for a in menu.actions() if a.text() == theme_label(theme))
    lab.qtbot.mouseClick(menu, Qt.MouseButton.LeftButton, pos=menu.actionGeometry(action).center())
    lab.activate()
    assert look().theme == theme
    assert [a.data() for a in menu.actions() if a.isChecked()] == [theme]
    ground = lab.window.palette().window().color().name().upper()
    assert ground == look().tokens.ground


def test_a_theme_changes_what_is_seen(lab):
    before = lab.window.grab().toImage()
    lab.ctrl(Key.Key_T)
    assert lab.window.grab().toImage() != before


def test_zoom_by_keys(lab):
    font = lab.window.font().pixelSize()
    lab.ctrl(Key.Key_Plus)
    assert look().zoom == 1.1
    assert QApplication.font().pixelSize() > font
    lab.ctrl(Key.Key_Equal)
    assert look().zoom == 1.25
    for _ in range(10):
        lab.ctrl(Key.Key_Minus)
    assert look().zoom == ZOOM_STEPS[0]
    for _ in range(20):
        lab.ctrl(Key.Key_Plus)
    assert look().zoom == ZOOM_STEPS[-1]
    lab.ctrl(Key.Key_0)
    assert look().zoom == 1.0
    assert QApplication.font().pixelSize() == font


def test_full_screen_and_back(lab):
    size = lab.window.size()
    lab.press(Key.Key_F11)
    lab.until(lab.window.isFullScreen)
    assert lab.window.actions_["full_screen"].isChecked()
    lab.press(Key.Key_F11)
    lab.until(lambda: not lab.window.isFullScreen())
    lab.until(lambda: lab.window.size() == size)


def test_the_look_is_remembered(open_lab):
    lab = open_lab()
    lab.ctrl(Key.Key_T)
    lab.ctrl(Key.Key_Plus)
    lab.window.resize(800, 600)
    lab.qtbot.wait(50)
    lab.close()
    look().theme, look().zoom = "light", 1.0
    again = open_lab(size=None)
    assert (look().theme, look().zoom) == ("dark", 1.1)
    assert again.window.size() == QSize(800, 600)


def test_a_theme_given_at_the_start_is_for_this_launch_only(lab):
    lab.window.restore_settings("projector")
    assert look().theme == "projector"
    assert lab.window.settings.theme == "light"


@pytest.mark.parametrize(
    "text",
    [
        "theme=sepia\nzoom=nan\ngeometry=7\nrecipe_panel=perhaps\ntab=attic\n",
        "zoom=1e9\ntheme=\n", "zoom=@Variant(rubbish)\ngeometry=@ByteArray(rubbish)\n",
        "\x00\x01\x02 no settings at all [[[", "[General\n==\n",
    ],
)
def test_settings_that_cannot_be_read_fall_back(open_lab, text):
    file = settings_file()
    file.parent.mkdir(parents=True)
    file.write_text(text, encoding="utf-8")
    lab = open_lab(ready=False)
    assert (look().theme, look().zoom) == ("light", 1.0)
    assert lab.window.isVisible()


def test_settings_that_cannot_be_written_are_no_reason_not_to_close(open_lab):
    file: Path = settings_file()
    file.parent.parent.mkdir(parents=True)
    file.parent.write_text("a file where the folder should be")
    lab = open_lab()
    lab.ctrl(Key.Key_T)
    lab.close()
    assert not lab.window.isVisible()


@pytest.mark.parametrize("when", ["loading", "preparing", "running", "paused", "slow motion"])
def test_it_closes_at_any_time_within_three_seconds(open_lab, when):
    lab = open_lab(LONG, ready=False)
    if when == "preparing":
        lab.until(lambda: lab.control.run is not None)
    elif when != "loading":
        lab.wait_ready()
        if when == "slow motion":
            lab.choose(lab.tab.transport.speed, "2 batches/s")
        lab.press(Key.Key_Space)
        lab.wait_steps(1)
        if when == "paused":
            lab.press(Key.Key_Space)
            lab.wait_for(RunState.PAUSED)
    begun = time.monotonic()
    lab.close()
    assert time.monotonic() - begun < 3
    assert lab.control.run is None or lab.run.job.isFinished()
    lab.window.close()  # once more does no harm


def test_that_torch_cannot_be_loaded_is_said(open_lab, monkeypatch):
    def fail() -> str:
        raise ImportError("libtorch_cpu.so: no room left")

    monkeypatch.setattr("gui.app.load_torch", fail)
    lab = open_lab(ready=False)
    lab.until(lambda: "no room left" in lab.callout)
    assert lab.state is RunState.LOADING
    assert not lab.tab.actions_["play"].isEnabled()
    assert lab.window.isVisible()
