"""On a real X server: the program starts, and its curves move."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from driving import LONG
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication

import main

pytestmark = pytest.mark.xvfb


def test_curves_move(open_lab):
    lab = open_lab(LONG)
    plot = lab.tab.curves.loss
    lab.qtbot.wait(50)
    before = plot.grab().toImage()
    lab.click(lab.button("play"))
    lab.wait_steps(16)
    lab.until(lambda: plot.grab().toImage() != before)
    running = plot.grab().toImage()
    lab.wait_steps(lab.steps + 50)
    lab.until(lambda: plot.grab().toImage() != running)
    lab.press(Qt.Key.Key_Space)
    if QGuiApplication.platformName() == "xcb":
        seen = lab.window.screen().grabWindow(lab.window.winId()).toImage()
        assert not seen.isNull()
        assert len({seen.pixel(x, seen.height() // 2) for x in range(seen.width())}) > 3


def test_the_program_starts_and_ends(own_home):
    """`main.py` as a user starts it; an interrupt closes it as its button would."""
    import signal

    if sys.platform == "win32":
        pytest.skip("Windows sends no SIGINT to one process")
    process = subprocess.Popen(
        [sys.executable, "main.py", "--theme", "dark"], cwd=Path(main.__file__).parent,
        env=os.environ, stderr=subprocess.PIPE, encoding="utf-8",
    )
    log = own_home / "state" / "chalknet.log"
    try:
        for _ in range(300):
            if log.exists() or process.poll() is not None:
                break
            try:
                process.wait(0.1)
            except subprocess.TimeoutExpired:
                continue
        try:
            process.wait(4)  # it stays
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=15)
    finally:
        process.kill()
    assert process.returncode == 130, errors
    assert "Traceback" not in errors
    assert "Destroyed" not in errors
    assert (own_home / "config" / "settings.ini").exists()
