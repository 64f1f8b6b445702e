"""A real window driven without a person, through specs and actions: for the tour and pictures."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Self

from PySide6.QtCore import (
    QCoreApplication,
    QElapsedTimer,
    QEvent,
    QEventLoop,
    QSize,
    QTimer,
)
from PySide6.QtWidgets import QApplication

from engine import words
from engine.errors import ChalknetError
from engine.places import own_lessons_folder
from gui.app import SWITCH_INTERVAL_S, TorchLoader, make_application
from gui.language import speak
from gui.main_window import MainWindow
from gui.theme import look

SIZES = {"1280x720": QSize(1280, 720), "1920x1080": QSize(1920, 1080)}


class Stage:
    """Opens the window with settings of its own, and closes it at the end of a `with`.

    The user's own lessons are there; his settings and his progress stay untouched.
    """

    def __init__(self, data_dir: Path | None = None, language: str = words.SOURCE) -> None:
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
        own_lessons = own_lessons_folder()
        self._home = tempfile.TemporaryDirectory(prefix="chalknet-")
        self._home_before = os.environ.get("CHALKNET_HOME")
        os.environ["CHALKNET_HOME"] = self._home.name
        bring_lessons(own_lessons, own_lessons_folder())
        sys.setswitchinterval(SWITCH_INTERVAL_S)
        running = QApplication.instance()
        self.app = running if isinstance(running, QApplication) else make_application(["chalknet"])
        speak(language)
        self.window = MainWindow(data_dir)
        self.loader = TorchLoader(self.window)
        self.window.painted.connect(self.loader.start)

    def __enter__(self) -> Self:
        self.window.restore_settings()
        self.window.show()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.window.close()
        self.loader.finish()
        # A window that waits for its end would still be restyled with those that follow.
        self.window.deleteLater()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        self._home.cleanup()
        if self._home_before is None:
            del os.environ["CHALKNET_HOME"]
        else:
            os.environ["CHALKNET_HOME"] = self._home_before

    def wait(self, until: Callable[[], bool], timeout_s: float, what: str) -> None:
        """Let the window live until something is so; raises `ChalknetError` when it is not."""
        clock = QElapsedTimer()
        clock.start()
        while not until() and clock.elapsed() < 1000 * timeout_s:
            self.rest(0.02)
        if not until():
            raise ChalknetError(f"Waited {timeout_s:g} s in vain until {what}; start it again.")

    def rest(self, seconds: float = 0.4) -> None:
        """Let the window live for a moment, so that everything is drawn."""
        loop = QEventLoop()
        QTimer.singleShot(round(1000 * seconds), loop.quit)
        loop.exec()

    def shoot(self, path: Path, theme: str, size: str) -> Path:
        """A picture of the window in a theme and a size."""
        self.window.resize(SIZES[size])
        look().set_theme(theme)
        # A new look takes a while; only a rest that begins afterwards leaves time for the layout.
        self.rest(0)
        self.rest()
        path.parent.mkdir(parents=True, exist_ok=True)
        if not self.window.grab().save(str(path)):
            raise ChalknetError(f"The picture {path} could not be written; choose another folder.")
        return path


def bring_lessons(source: Path, target: Path) -> None:
    """Copy the lessons of one folder, if there is one, to another."""
    paths = sorted(source.glob("*.md"))
    if paths:
        target.mkdir(parents=True)
    for path in paths:
        shutil.copyfile(path, target / path.name)
