"""The last net: what nobody caught becomes one calm message, with the details in the log."""

from __future__ import annotations

import logging
import sys
import threading
from types import TracebackType

from PySide6.QtCore import QCoreApplication, QObject, Qt, Signal
from PySide6.QtWidgets import QMessageBox, QWidget

from engine.places import state_folder

log = logging.getLogger("chalknet")


def start_log() -> None:
    """Log to a file of at most two times 500 kB; without a writable place, to stderr.

    Until this is called all goes to stderr: the first frame does not wait for the file.
    """
    from logging.handlers import RotatingFileHandler

    handler: logging.Handler
    try:
        state_folder().mkdir(parents=True, exist_ok=True)
        handler = RotatingFileHandler(
            state_folder() / "chalknet.log", maxBytes=500_000, backupCount=1, encoding="utf-8"
        )
    except OSError:
        handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    log.addHandler(handler)
    log.setLevel(logging.INFO)


class CrashReporter(QObject):
    """Catches uncaught exceptions of every thread and shows them in the window's thread."""

    crashed = Signal(str)

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._message: QMessageBox | None = None
        self.crashed.connect(self.on_crashed, Qt.ConnectionType.QueuedConnection)
        sys.excepthook = self._on_exception
        threading.excepthook = self._on_thread_exception

    def follow(self, window: QWidget) -> None:
        """Tell it to another window from now on."""
        self.setParent(window)
        self._window, self._message = window, None

    def uninstall(self) -> None:
        """Give Python its own hooks back."""
        sys.excepthook = sys.__excepthook__
        threading.excepthook = threading.__excepthook__

    def _on_exception(
        self, kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error, trace)
            return
        log.error("uncaught", exc_info=(kind, error, trace))
        self.crashed.emit(f"{kind.__name__}: {error}")

    def _on_thread_exception(self, args: threading.ExceptHookArgs) -> None:
        if args.exc_value is not None:
            self._on_exception(args.exc_type, args.exc_value, args.exc_traceback)

    def on_crashed(self, text: str) -> None:
        """Show one message; further ones wait in the log until it is closed."""
        if self._message is not None:
            return
        message = QMessageBox(self._window)
        message.setWindowModality(Qt.WindowModality.NonModal)
        message.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        message.setIcon(QMessageBox.Icon.Information)
        message.setWindowTitle(QCoreApplication.translate("CrashReporter", "Chalknet"))
        message.setText(
            QCoreApplication.translate(
                "CrashReporter",
                "Something in Chalknet went wrong that should not have. Your work is still here; "
                "save it, and start Chalknet again if it behaves oddly.",
            )
        )
        message.setInformativeText(
            QCoreApplication.translate("CrashReporter", "The details are in {folder}.").format(
                folder=state_folder() / "chalknet.log"
            )
            + f"\n\n{text}"
        )
        message.finished.connect(self._on_closed)
        self._message = message
        message.show()

    def _on_closed(self) -> None:
        self._message = None
