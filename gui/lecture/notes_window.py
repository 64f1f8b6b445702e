"""What only the speaker sees: notes, what comes next, and the time."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QGuiApplication
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from gui.lecture.prose import Prose
from gui.theme import look
from gui.widgets.painted import ElidedLabel
from gui.widgets.transport_bar import ActionButton
from gui.widgets.wrapped_label import WrappedLabel

if TYPE_CHECKING:
    from gui.lecture.lecturer import Lecturer

FIRST_WIDTH_PX, FIRST_HEIGHT_PX = 560, 520
TICK_MS = 500


def clock_text(seconds: float) -> str:
    """Minutes and seconds, "12:05"; hours in front where there are any."""
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


class Stopwatch:
    """Time that can be held; `now` is a clock in seconds."""

    def __init__(self) -> None:
        self._before = 0.0
        self._since: float | None = None

    @property
    def runs(self) -> bool:
        """Whether time passes."""
        return self._since is not None

    @property
    def seconds(self) -> float:
        """What has passed."""
        since = self._since
        return self._before + (0.0 if since is None else time.monotonic() - since)

    def set_running(self, on: bool) -> None:
        """Go on, or hold."""
        self._before = self.seconds
        self._since = time.monotonic() if on else None

    def reset(self) -> None:
        """Back to 0; it goes on running if it did."""
        self._before = 0.0
        self._since = time.monotonic() if self.runs else None


class NotesWindow(QWidget):
    """A window of its own, on the second screen where there is one; follows the lecturer."""

    closed = Signal()

    def __init__(self, lecturer: Lecturer) -> None:
        super().__init__(lecturer.window, Qt.WindowType.Window)
        self.lecturer = lecturer
        self.setObjectName("page")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setWindowTitle(self.tr("Speaker notes"))
        self.total, self.of_step = Stopwatch(), Stopwatch()
        self._step: object | None = None
        self._beat = QTimer(self, interval=TICK_MS)
        self._beat.timeout.connect(self.show_time)
        self._lay_out()
        # The lesson's own keys work here, too.
        for key in ("next_place", "previous_place", "restore"):
            self.addAction(lecturer.actions_[key])
        lecturer.place_changed.connect(self._on_place_changed)
        look().changed.connect(self.on_look_changed)
        self.on_look_changed()
        self._on_place_changed()

    def _lay_out(self) -> None:
        self.caption = ElidedLabel(token="muted", bold=True)
        self.title = WrappedLabel(role="heading")
        self.notes = Prose()
        self.coming = WrappedLabel(role="muted")
        body = QWidget()
        body.setObjectName("page")
        self._body = QVBoxLayout(body)
        for widget in (self.caption, self.title, self.notes, self.coming):
            self._body.addWidget(widget)
        self._body.addStretch(1)
        area = QScrollArea()
        area.setAccessibleName(self.tr("Speaker notes"))
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.viewport().setAutoFillBackground(False)
        area.setWidget(body)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(area, 1)
        column.addWidget(self._bar())

    def _bar(self) -> QWidget:
        bar = QWidget()
        bar.setObjectName("bar")
        bar.setProperty("edge", "top")
        bar.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.clocks: dict[str, QLabel] = {}
        grid = QGridLayout()
        for column, (key, text) in enumerate((
            ("total", self.tr("elapsed")), ("step", self.tr("in this step")),
            ("plan", self.tr("planned up to here")),
        )):
            value = QLabel("0:00")
            value.setProperty("role", "huge")
            value.setAccessibleName(text)
            name = QLabel(text)
            name.setProperty("role", "muted")
            grid.addWidget(value, 0, column)
            grid.addWidget(name, 1, column)
            grid.setColumnStretch(column, 1)
            self.clocks[key] = value
        self.start_button = QPushButton()
        self.start_button.setToolTip(self.tr("Start or hold the time."))
        self.start_button.clicked.connect(lambda: self.set_running(not self.total.runs))
        self.reset_button = QPushButton(self.tr("Reset"))
        self.reset_button.setToolTip(self.tr("Set the time back to 0."))
        self.reset_button.clicked.connect(self.reset)
        self.back = ActionButton(self.lecturer.actions_["previous_place"], "mdi6.arrow-left")
        self.next = ActionButton(
            self.lecturer.actions_["next_place"], "mdi6.arrow-right", primary=True
        )
        row = self._row = QHBoxLayout()
        row.addWidget(self.start_button)
        row.addWidget(self.reset_button)
        row.addStretch(1)
        row.addWidget(self.back)
        row.addWidget(self.next)
        self._bar_column = QVBoxLayout(bar)
        self._bar_column.addLayout(grid)
        self._bar_column.addLayout(row)
        return bar

    def on_look_changed(self) -> None:
        """Take distances from the new look."""
        pad = look().px(16)
        self._body.setContentsMargins(pad, pad, pad, pad)
        self._body.setSpacing(look().px(10))
        self._bar_column.setContentsMargins(pad, look().px(10), pad, look().px(12))
        self._bar_column.setSpacing(look().px(10))
        self._row.setSpacing(look().px(8))

    # --- open and closed ------------------------------------------------------------------------

    def set_open(self, on: bool) -> None:
        """Open on a screen that the audience does not see, if there is one; or close."""
        if on and not self.isVisible():
            self._place()
            self.show()
            self._beat.start()
            self.show_time()
        elif not on:
            self.close()

    def _place(self) -> None:
        here = self.lecturer.window.screen()
        others = [screen for screen in QGuiApplication.screens() if screen is not here]
        room = (others[0] if others else here).availableGeometry()
        width = min(look().px(FIRST_WIDTH_PX), room.width())
        height = min(look().px(FIRST_HEIGHT_PX), room.height())
        self.resize(width, height)
        self.move(room.center().x() - width // 2, room.center().y() - height // 2)

    def closeEvent(self, event: QCloseEvent) -> None:
        """The time goes on, unseen."""
        self._beat.stop()
        super().closeEvent(event)
        self.closed.emit()

    # --- time -----------------------------------------------------------------------------------

    def set_running(self, on: bool) -> None:
        """Start the time, or hold it."""
        self.total.set_running(on)
        self.of_step.set_running(on)
        self.show_time()

    def go_on_with(self, clock: Stopwatch) -> None:
        """Take the time from another window, running or not."""
        self.total = clock
        self.of_step.set_running(clock.runs)
        self.show_time()

    def reset(self) -> None:
        """Back to 0."""
        self.total.reset()
        self.of_step.reset()
        self.show_time()

    def show_time(self) -> None:
        """The clocks as they stand."""
        self.clocks["total"].setText(clock_text(self.total.seconds))
        self.clocks["step"].setText(clock_text(self.of_step.seconds))
        lesson = self.lecturer.lesson
        planned = 0.0 if lesson is None else sum(
            step.minutes for step in lesson.steps[: self.lecturer.place.step + 1]
        )
        self.clocks["plan"].setText(clock_text(60 * planned) if planned else "–")
        is_late = planned > 0 and self.total.seconds > 60 * planned
        tone = "error" if is_late else ""
        if self.clocks["total"].property("tone") != tone:
            self.clocks["total"].setProperty("tone", tone)
            self.clocks["total"].style().polish(self.clocks["total"])
        self.start_button.setText(
            self.tr("Hold") if self.total.runs
            else self.tr("Go on") if self.total.seconds else self.tr("Start")
        )

    # --- the lesson -----------------------------------------------------------------------------

    def _on_place_changed(self) -> None:
        lesson, step = self.lecturer.lesson, self.lecturer.step
        if step is not self._step:
            self._step = step
            self.of_step.reset()
        if lesson is None or step is None:
            self.caption.set_text("")
            self.title.setText(self.tr("No lesson is open."))
            self.notes.set_markdown("")
            self.coming.setText("")
        else:
            number, count = self.lecturer.place.step + 1, len(lesson.steps)
            self.caption.set_text(self.tr("{lesson} · step {number} of {count}").format(
                lesson=lesson.title, number=number, count=count
            ))
            self.title.setText(step.title)
            self.notes.set_markdown(step.notes or self.tr("There are no notes on this step."))
            self.coming.setText(self._coming())
        self.show_time()

    def _coming(self) -> str:
        lesson, place = self.lecturer.lesson, self.lecturer.place
        assert lesson is not None
        after = lesson.next(place)
        if after == place:
            return self.tr("This is the end of the lesson.")
        if after.step == place.step:
            return self.tr("Next: the answer is revealed.")
        return self.tr("Next: {title}").format(title=lesson.steps[after.step].title)
