"""A large button for one choice: its key, its text over several lines, and later the verdict."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QEnterEvent, QFontMetrics, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from gui.theme import look
from gui.widgets.painted import CENTER, draw_focus_ring, line_height, text_width

#: What a choice has turned out to be.
VERDICTS = ("", "right", "wrong")
TEXT_PX, PAD_PX = 15, 8
_WRAPPED = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft | Qt.TextFlag.TextWordWrap


class ChoiceButton(QAbstractButton):
    """Stays down when it is chosen. `key` is what the keyboard chooses it by, e.g. "1"."""

    def __init__(self, text: str, key: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setText(text)
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAccessibleName(text)
        self.setToolTip(
            self.tr("Choose “{choice}” (key {key}).").format(choice=text, key=key) if key
            else self.tr("Choose “{choice}”.").format(choice=text)
        )
        #: What is written before the text; a figure stands there already.
        self._key, self._verdict = "" if key == text else key, ""
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        look().changed.connect(self.on_look_changed)

    @property
    def verdict(self) -> str:
        """"right", "wrong", or "" while nobody knows."""
        return self._verdict

    def set_verdict(self, verdict: str) -> None:
        """Mark it as right or wrong; "" takes the mark away."""
        if verdict not in VERDICTS:
            raise ValueError(f"A verdict is one of {VERDICTS}, not “{verdict}”.")
        self._verdict = verdict
        words = {"right": self.tr("right"), "wrong": self.tr("wrong"), "": ""}[verdict]
        self.setAccessibleDescription(words)
        self.update()

    def on_look_changed(self) -> None:
        """Take sizes and colours from the new look."""
        self.updateGeometry()
        self.update()

    # --- room -----------------------------------------------------------------------------------

    def _text_rect(self, width: float, height: float) -> QRectF:
        left = self._key_width()
        return QRectF(left, 0, max(width - left - self._mark_width(), 1), height)

    def _key_width(self) -> float:
        pad = look().px(PAD_PX)
        return text_width("0", look().font(TEXT_PX, bold=True)) + 2.5 * pad if self._key else pad

    def _mark_width(self) -> float:
        return text_width("✓", look().font(TEXT_PX, bold=True)) + look().px(PAD_PX)

    def _frame_width(self) -> int:
        """What there is beside the text."""
        return int(self._key_width() + self._mark_width()) + 4

    def heightForWidth(self, width: int) -> int:
        metrics = QFontMetrics(look().font(TEXT_PX))
        room = self._text_rect(width, 0).toRect()
        room.setHeight(10_000)
        return metrics.boundingRect(room, _WRAPPED, self.text()).height() + 2 * look().px(PAD_PX)

    def hasHeightForWidth(self) -> bool:
        return True

    def sizeHint(self) -> QSize:
        width = int(text_width(self.text(), look().font(TEXT_PX))) + self._frame_width()
        return QSize(width, int(line_height(look().font(TEXT_PX))) + 2 * look().px(PAD_PX))

    def minimumSizeHint(self) -> QSize:
        longest = max((text_width(w, look().font(TEXT_PX)) for w in self.text().split()), default=0)
        width = int(longest) + self._frame_width()
        height = self.heightForWidth(self.width()) if self.width() >= width else 0
        return QSize(width, max(height, self.sizeHint().height()))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.updateGeometry()

    # --- drawing --------------------------------------------------------------------------------

    def enterEvent(self, event: QEnterEvent) -> None:
        super().enterEvent(event)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            self._paint(painter, QRectF(self.rect()))

    def _paint(self, painter: QPainter, rect: QRectF) -> None:
        tokens, corner = look().tokens, look().px(8)
        is_lit = self.isChecked() or (self.underMouse() and self.isEnabled())
        edge = {"right": "green", "wrong": "vermilion"}.get(
            self._verdict, "blue" if self.isChecked() else "line"
        )
        width = look().px(2) if edge != "line" else 1
        painter.setPen(QPen(tokens.color(edge), width))
        painter.setBrush(tokens.color("soft" if is_lit else "surface"))
        inset = width / 2
        painter.drawRoundedRect(rect.adjusted(inset, inset, -inset, -inset), corner, corner)
        font = look().font(TEXT_PX, bold=True)
        painter.setFont(font)
        side = self._mark_width()
        if self._key:
            painter.setPen(tokens.text("blue" if self.isChecked() else "muted"))
            painter.drawText(QRectF(0, 0, self._key_width(), rect.height()), CENTER, self._key)
        mark = {"right": "✓", "wrong": "✗"}.get(self._verdict, "")
        painter.setPen(tokens.text(edge if mark else "ink"))
        painter.drawText(QRectF(rect.width() - side, 0, side, rect.height()), CENTER, mark)
        is_faded = not self.isEnabled() and not self.isChecked() and self._verdict != "right"
        painter.setFont(look().font(TEXT_PX))
        painter.setPen(tokens.color("muted" if is_faded else "ink"))
        painter.drawText(self._text_rect(rect.width(), rect.height()), int(_WRAPPED), self.text())
        if self.hasFocus():
            draw_focus_ring(painter, rect, corner)
