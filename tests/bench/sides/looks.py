"""How long the event loop is away when all of the window changes, with every tab opened before.

    python -m tests.bench.sides.looks

Another theme, the stage (F5) and back, the command palette, another language and back.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import QTimer

from engine import words
from gui.main_window import MainWindow
from gui.stage import Stage
from gui.succession import Succession
from gui.theme import look
from tests.bench.sides.outcome import report

TIMES = 3
#: After so much calm nothing more comes of a change.
CALM_S = 1.0


class Watch:
    """The longest turn of the event loop since `start`, in milliseconds."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._beat = QTimer(interval=0)
        self._beat.timeout.connect(self._on_beat)
        self._last, self.longest_ms = 0.0, 0.0

    def during(self, change: Callable[[], object]) -> float:
        """Change something, and see what comes of it."""
        self._stage.rest(0.2)
        self._last, self.longest_ms = time.perf_counter(), 0.0
        self._beat.start()
        change()
        self._stage.rest(CALM_S)
        self._beat.stop()
        return self.longest_ms

    def _on_beat(self) -> None:
        now = time.perf_counter()
        self.longest_ms = max(self.longest_ms, 1000 * (now - self._last))
        self._last = now


def main() -> None:
    with Stage() as stage:
        window = stage.window
        wait_for_lecture(stage, window)
        for key in window.tab_keys:
            window.show_tab(key)
            stage.rest(1.0)
        watch = Watch(stage)
        lecture = window.lecture
        assert lecture is not None
        found: dict[str, list[float]] = {}
        for _ in range(TIMES):
            for name, change in {
                "theme": lambda: look().set_theme("dark"),
                "theme back": lambda: look().set_theme("light"),
                "stage": lecture.presentation.start,
                "stage left": lecture.presentation.stop,
                "palette": lecture.palette.bring,
                "palette left": lecture.palette.leave,
            }.items():
                found.setdefault(name.partition(" ")[0], []).append(watch.during(change))
        succession = Succession(window, [stage.loader])
        for code in ("de", words.SOURCE):
            wait_for_lecture(stage, succession.window)
            took = watch.during(lambda code=code: succession.on_language_asked(code))
            found.setdefault("language", []).append(took)
        stage.window = succession.window
        wait_for_lecture(stage, stage.window)
    report(longest_ms=found)


def wait_for_lecture(stage: Stage, window: MainWindow) -> None:
    stage.wait(lambda: window.lecture is not None, 60, "the lecture layer was there")


if __name__ == "__main__":
    main()
