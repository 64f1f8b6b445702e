"""A challenge of a step: what is to be reached, whether it is, and a hint for who asks."""

from __future__ import annotations

from PySide6.QtCore import QEasingCurve, QPointF, QRectF, QSize, Qt, QVariantAnimation
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout

from engine.lessons.lesson import Goal
from gui.theme import look
from gui.widgets.chip import chip
from gui.widgets.painted import Painted
from gui.widgets.wrapped_label import WrappedLabel

#: How long the tick takes to be drawn.
TICK_MS = 700


class GoalMark(Painted):
    """An open ring; once the goal is reached, a tick is drawn in it by an unseen hand."""

    def __init__(self) -> None:
        super().__init__()
        self._share = 0.0
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._hand = QVariantAnimation(self)
        self._hand.setDuration(TICK_MS)
        self._hand.setStartValue(0.0)
        self._hand.setEndValue(1.0)
        self._hand.setEasingCurve(QEasingCurve.Type.OutCubic)
        self._hand.valueChanged.connect(self._on_moved)

    @property
    def share(self) -> float:
        """How much of the tick is drawn, 0…1."""
        return self._share

    def set_reached(self, on: bool, *, is_drawn: bool = False) -> None:
        """Show the tick or the open ring; `is_drawn` lets one watch."""
        self._hand.stop()
        if on and is_drawn:
            self._hand.start()
        else:
            self._on_moved(float(on))

    def stop(self) -> None:
        """Draw no more."""
        self._hand.stop()

    def _on_moved(self, share: float) -> None:
        self._share = share
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(look().px(26), look().px(26))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, _event: QPaintEvent) -> None:
        tokens, width = look().tokens, look().px(2)
        rect = QRectF(self.rect()).adjusted(width, width, -width, -width)
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(tokens.color("green" if self._share else "ghost"), width))
            painter.setBrush(
                tokens.blend("green", 0.14 * self._share) if self._share else Qt.BrushStyle.NoBrush
            )
            painter.drawEllipse(rect)
            if self._share:
                self._paint_tick(painter, rect, width)

    def _paint_tick(self, painter: QPainter, rect: QRectF, width: int) -> None:
        """Down to the corner in the first third, then up."""
        start, corner, end = (
            QPointF(rect.left() + x * rect.width(), rect.top() + y * rect.height())
            for x, y in ((0.28, 0.53), (0.44, 0.69), (0.74, 0.35))
        )
        pen = QPen(look().tokens.color("green"), 1.3 * width)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        painter.setPen(pen)
        first, second = min(3 * self._share, 1.0), max(1.5 * self._share - 0.5, 0.0)
        painter.drawLine(start, start + (corner - start) * first)
        if second:
            painter.drawLine(corner, corner + (end - corner) * second)


class GoalCard(QFrame):
    """The goal of the step that is shown; hidden where it has none."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("card")
        self.goal: Goal | None = None
        self.mark = GoalMark()
        self.title = WrappedLabel(role="title")
        self.state = WrappedLabel(role="muted")
        self.hint = WrappedLabel(role="muted")
        self.hint_button = chip(
            self.tr("Hint"), self.tr("Show or hide a hint on how to get there."), checkable=True
        )
        self.hint_button.setAccessibleName(self.tr("Hint"))
        self.hint_button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.hint_button.toggled.connect(self.hint.setVisible)
        self._is_met = self._was_met = False
        caption = QLabel(self.tr("GOAL"))
        caption.setProperty("role", "section")
        head = QHBoxLayout()
        head.addWidget(caption, 1)
        head.addWidget(self.hint_button)
        self._row = QHBoxLayout()
        self._row.addWidget(self.mark, 0, Qt.AlignmentFlag.AlignTop)
        texts = QVBoxLayout()
        texts.addWidget(self.title)
        texts.addWidget(self.state)
        self._row.addLayout(texts, 1)
        self._column = QVBoxLayout(self)
        self._column.addLayout(head)
        self._column.addLayout(self._row)
        self._column.addWidget(self.hint)
        look().changed.connect(self.on_look_changed)
        self.on_look_changed()

    def on_look_changed(self) -> None:
        """Take distances from the new look."""
        pad = look().px(12)
        self._column.setContentsMargins(pad, look().px(8), pad, pad)
        self._column.setSpacing(look().px(6))
        self._row.setSpacing(look().px(10))

    def show_goal(self, goal: Goal | None, *, is_met: bool, was_met: bool) -> None:
        """Show a goal, whether its condition holds now, and whether it ever did."""
        self.setVisible(goal is not None)
        if goal is None:
            self.goal = None
            return
        is_same = self.goal is not None and goal.key == self.goal.key
        if not is_same:
            self.hint_button.setChecked(False)
            self.hint.hide()
        self.goal = goal
        self.title.setText(goal.title)
        self.hint.setText(goal.hint)
        self.hint_button.setVisible(bool(goal.hint))
        is_reached = is_met or was_met
        self.state.setText(
            self.tr("Reached.") if is_met
            else self.tr("Reached before; not as things stand now.") if was_met
            else self.tr("Not reached yet.")
        )
        if not is_same or is_reached != (self._is_met or self._was_met):
            self.mark.set_reached(is_reached, is_drawn=is_same and is_met)
        self._is_met, self._was_met = is_met, was_met
        self.setAccessibleName(self.tr("Goal: {title}").format(title=goal.title))
        self.setAccessibleDescription(self.state.text())

    @property
    def is_met(self) -> bool:
        """Whether the goal's condition holds now."""
        return self._is_met
