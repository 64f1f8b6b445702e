"""From the start of a process to the first paint of its window, on a clock that all share.

    python -m tests.bench.sides.first_paint chalknet|empty STARTED_NS

`STARTED_NS` is the parent's `time.monotonic_ns()` just before it started this process.
"""

from __future__ import annotations

import json
import os
import runpy
import sys
import time
from pathlib import Path

MAIN = Path(__file__).resolve().parents[3] / "main.py"
WHAT, STARTED_NS = sys.argv[1], int(sys.argv[2])


def watch(window, painted) -> None:
    """Report the first paint of `painted`, which fills `window`, and end the process at once."""
    from PySide6.QtCore import QEvent, QObject, QTimer

    class Eye(QObject):
        def eventFilter(self, watched: QObject, event: QEvent) -> bool:
            if watched is painted and event.type() is QEvent.Type.Paint and not self.has_seen:
                self.has_seen = True
                # The children's paint and the flush to the screen belong to the same event.
                QTimer.singleShot(0, end)
            return False

    eye = Eye(window)
    eye.has_seen = False
    painted.installEventFilter(eye)


def end() -> None:
    seconds = (time.monotonic_ns() - STARTED_NS) / 1e9
    torch = "torch" in sys.modules
    line = {"seconds": seconds, "cpu_seconds": time.process_time(), "torch_is_there": torch}
    print(json.dumps(line), flush=True)
    os._exit(0)


def start_chalknet() -> None:
    """`python main.py`, with an eye on its window and everything in its own order."""
    from gui import startup_check

    look_for_problems = startup_check.problem

    def problem(*, window: bool) -> str:
        found = look_for_problems(window=window)
        from gui import app

        class WatchedWindow(app.MainWindow):
            def __init__(self, data_dir: Path | None = None) -> None:
                super().__init__(data_dir)
                watch(self, self)

        app.MainWindow = WatchedWindow
        return found

    startup_check.problem = problem
    sys.argv[:] = [str(MAIN)]
    runpy.run_path(str(MAIN), run_name="__main__")


def start_empty() -> None:
    """The least that any program with Qt and pyqtgraph has to do."""
    import pyqtgraph
    from PySide6.QtWidgets import QApplication

    application = QApplication(sys.argv[:1])
    window = pyqtgraph.PlotWidget()
    window.resize(1280, 720)
    watch(window, window.viewport())
    window.show()
    application.exec()


if __name__ == "__main__":
    {"chalknet": start_chalknet, "empty": start_empty}[WHAT]()
