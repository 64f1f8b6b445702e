"""What a prediction was worth: the score as a bar, a sentence, and what was missed."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from engine.lessons.scoring import Hands, Score
from gui.theme import look
from gui.widgets.painted import ElidedLabel, Painted
from gui.widgets.wrapped_label import WrappedLabel


class ScoreBar(Painted):
    """Points in 0…1 as a bar."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._points = 0.0
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(self.tr("Score"))

    def set_points(self, points: float) -> None:
        """Show another score."""
        self._points = points
        self.setAccessibleDescription(f"{100 * points:.0f} %")
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(look().px(120), look().px(10))

    def minimumSizeHint(self) -> QSize:
        return QSize(look().px(40), look().px(10))

    def paintEvent(self, _event: QPaintEvent) -> None:
        rect = QRectF(0, 0.25 * self.height(), self.width(), 0.5 * self.height())
        corner = rect.height() / 2
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(look().tokens.color("line"))
            painter.drawRoundedRect(rect, corner, corner)
            if self._points > 0:
                rect.setWidth(max(rect.width() * self._points, rect.height()))
                painter.setBrush(look().tokens.color("green"))
                painter.drawRoundedRect(rect, corner, corner)


class Verdict(QWidget):
    """Hidden until there is one."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.bar = ScoreBar()
        self.points = ElidedLabel(bold=True, firm=True)
        self.sentence = WrappedLabel(role="title")
        self.missed = WrappedLabel()
        self.hands = WrappedLabel()
        self.shift = WrappedLabel(role="muted")
        row = QHBoxLayout()
        row.addWidget(self.bar, 1)
        row.addWidget(self.points)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(look().px(4))
        column.addLayout(row)
        for label in (self.sentence, self.missed, self.hands, self.shift):
            column.addWidget(label)
        self.hide()

    def show_result(
        self, score: Score | None, hands: Hands | None, shift: str = "",
        fallback: str = "",
    ) -> None:
        """Show what there is; `fallback` says what is true where nobody predicted anything."""
        for widget in (self.bar, self.points):
            widget.setVisible(score is not None)
        if score is not None:
            self.bar.set_points(score.points)
            self.points.set_text(f"{100 * score.points:.0f} / 100")
        told = [
            (self.sentence, score.sentence if score else "" if hands else fallback),
            (self.missed, score.missed if score else ""),
            (self.hands, hands.sentence if hands else ""), (self.shift, shift),
        ]
        for label, text in told:
            label.setText(text)
            label.setVisible(bool(text))
        self.setVisible(score is not None or any(text for _, text in told))

    def texts(self) -> Sequence[str]:
        """Everything that is said."""
        labels = (self.sentence, self.missed, self.hands, self.shift)
        return [label.text() for label in labels if label.text()]
