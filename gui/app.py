"""Starts the window. Torch is imported afterwards, in a worker, while the window is already up."""

from __future__ import annotations

import argparse
import gc
import signal
import sys
from collections.abc import Iterator
from importlib import resources

from PySide6.QtCore import QObject, QTimer
from PySide6.QtGui import QIcon, QPixmap
from PySide6.QtWidgets import QApplication

from engine.torch_loading import load_torch
from engine.version import __version__
from gui.errors import CrashReporter, start_log
from gui.job import Job, JobState
from gui.language import first_language, speak
from gui.main_window import MainWindow
from gui.settings import Settings
from gui.succession import Succession
from gui.tabs import TABS

#: The worker gives the lock up this often; the default of 5 ms costs the window its smoothness.
SWITCH_INTERVAL_S = 0.0005


class TorchLoader(QObject):
    """Imports torch in a job and tells the tabs when it is there.

    After that it imports what the first look at another tab would have to wait for.
    """

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self.window = window
        self.version = ""
        self.job = Job(self._load, parent=self)
        self.job.finished.connect(self.on_finished)
        self.ahead = Job(self._load_ahead, parent=self)
        self._is_over = False

    def start(self) -> None:
        """Begin, and say so in every tab."""
        self._say_loading()
        self.job.start()

    def follow(self, window: MainWindow) -> None:
        """Tell another window from now on, and how far it is by now."""
        self.setParent(window)
        self.window = window
        if self.job.isRunning():
            self._say_loading()
        else:
            self._tell()

    def _say_loading(self) -> None:
        text = self.tr("Loading PyTorch …")
        self.window.tell_tabs(lambda tab: tab.show_loading(text))

    @staticmethod
    def _load() -> Iterator[object]:
        yield load_torch()

    @staticmethod
    def _load_ahead() -> Iterator[object]:
        from gui.widgets.math_label import typeset

        yield typeset("x")
        for info in TABS:
            yield info.load()

    def finish(self) -> None:
        """Wait for the threads: an import cannot be broken off, nor may its thread be destroyed."""
        self._is_over = True
        for job in (self.job, self.ahead):
            job.cancel()
            job.wait()

    def on_finished(self) -> None:
        """Start the tabs, or tell why that is not possible."""
        items, _ = self.job.mailbox.drain()
        if items:
            self.version = str(items[0])
        self._tell()
        if not self._is_over:
            self.ahead.start()

    def _tell(self) -> None:
        if self.job.state is JobState.FINISHED:
            version = self.version
            self.window.tell_tabs(lambda tab: tab.start(version))
        elif self.job.state is JobState.FAILED:
            problem = self.job.error
            self.window.tell_tabs(lambda tab: tab.show_loading("", problem))


def make_application(arguments: list[str]) -> QApplication:
    """The application object with name, version and icon."""
    app = QApplication(arguments)
    app.setStyle("Fusion")
    app.setApplicationName("chalknet")
    app.setApplicationDisplayName("Chalknet")
    app.setApplicationVersion(__version__)
    app.setDesktopFileName("chalknet")
    pixmap = QPixmap()
    icon = resources.files("resources").joinpath("icons", "chalknet.png").read_bytes()
    pixmap.loadFromData(icon)
    app.setWindowIcon(QIcon(pixmap))
    return app


def collect_again() -> None:
    """Resume what main.py has put off; what was imported by now stays, and need not be visited."""
    gc.freeze()
    gc.enable()


def run(options: argparse.Namespace) -> int:
    """Open the window and stay until it is closed; returns the exit code."""
    sys.setswitchinterval(SWITCH_INTERVAL_S)
    app = make_application(sys.argv[:1])
    speak(first_language(options.language, Settings().language))
    window = MainWindow(options.data_dir)
    reporter = CrashReporter(window)
    loader = TorchLoader(window)
    succession = Succession(window, (reporter, loader))
    window.restore_settings(options.theme)
    window.painted.connect(start_log)
    window.painted.connect(collect_again)
    window.painted.connect(loader.start)
    window.lecture_made.connect(lambda: begin(window, options))
    window.show()
    interrupted = _close_on_interrupt(app, succession)
    code = app.exec()
    loader.finish()
    reporter.uninstall()
    return 130 if interrupted else code


def begin(window: MainWindow, options: argparse.Namespace) -> None:
    """Show what the command line asks for; a file that cannot be read is told of in the window."""
    lecture = window.lecture
    assert lecture is not None
    if options.session is not None:
        window.keeper.open(options.session)
    if options.lesson is not None:
        lecture.lecturer.open(options.lesson)
    if options.present:
        lecture.presentation.start(options.theme)


def _close_on_interrupt(app: QApplication, succession: Succession) -> list[int]:
    """Ctrl-C closes the window as its button would; returns a list that then holds the signal."""
    seen: list[int] = []

    def on_interrupt(number: int, _frame: object) -> None:
        seen.append(number)
        succession.window.close()

    signal.signal(signal.SIGINT, on_interrupt)
    # Python only runs signal handlers between bytecodes: an idle event loop has none.
    timer = QTimer(app)
    timer.timeout.connect(lambda: None)
    timer.start(200)
    return seen
