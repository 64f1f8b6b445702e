"""When to look into a worker's mailbox: ten times a second, or less often on a slow machine."""

from __future__ import annotations

import time

from PySide6.QtCore import QObject, QTimer

LOOK_EVERY_MS = 100
#: What the views may take of the window's thread while a worker runs: where they would take more,
#: they are drawn less often, down to once in `SLOWEST` times the usual interval.
VIEWS_SHARE, SLOWEST = 0.04, 2.5


class MailTimer(QTimer):
    """The one timer that drains a mailbox: the later again, the more the last look has cost."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent, interval=LOOK_EVERY_MS)
        self._used_s = 0.0
        self.timeout.connect(self._pace)

    def _pace(self) -> None:
        used, before = time.thread_time(), self._used_s
        self._used_s = used
        wanted_ms = 1000 * (used - before) / VIEWS_SHARE
        every_ms = round(min(max(wanted_ms, LOOK_EVERY_MS), SLOWEST * LOOK_EVERY_MS))
        if every_ms != self.interval():
            self.setInterval(every_ms)
