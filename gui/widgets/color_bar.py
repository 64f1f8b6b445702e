"""The legend of a diverging image: what its colours mean, and how much."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui.theme import look
from gui.widgets.painted import (
    Painted,
    draw_text_at,
    elided,
    image_of,
    line_height,
    ramp,
    text_width,
)
from gui.widgets.scales import number_text


class ColorBar(Painted):
    """Vermilion for −limit, the surface for 0, blue for +limit, and a word for each side."""

    def __init__(self, below: str, above: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._below, self._above = below, above
        self._limit = 0.0
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.set_limit(0.0)

    def set_limit(self, limit: float) -> None:
        """The value at the ends; 0 where there is nothing to explain."""
        self._limit = limit
        text = number_text(limit)
        self.setAccessibleName(f"−{text} {self._below}, +{text} {self._above}" if limit else "")
        self.update()

    @property
    def limit(self) -> float:
        """The value at the ends."""
        return self._limit

    def sizeHint(self) -> QSize:
        return QSize(look().px(200), int(2 * line_height(look().font(12))) + look().px(4))

    def minimumSizeHint(self) -> QSize:
        return QSize(look().px(100), self.sizeHint().height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        if not self._limit:
            return
        tokens, font = look().tokens, look().font(12)
        line, gap = line_height(font), look().px(6)
        text = number_text(self._limit)
        ends = (f"−{text}", f"+{text}")
        wide = max(text_width(end, font) for end in ends)
        bar = QRectF(wide + gap, 0.2 * line, max(self.width() - 2 * (wide + gap), 1), 0.6 * line)
        with QPainter(self) as painter:
            colors = ramp(tokens.vermilion, tokens.surface, tokens.blue)
            painter.drawImage(bar, image_of(colors[None]))
            painter.setPen(tokens.color("line"))
            painter.drawRect(bar)
            painter.setFont(font)
            painter.setPen(tokens.color("muted"))
            draw_text_at(painter, ends[0], bar.left() - gap - text_width(ends[0], font), line / 2)
            draw_text_at(painter, ends[1], bar.right() + gap, line / 2)
            half = self.width() / 2 - gap
            below, above = (elided(word, font, half) for word in (self._below, self._above))
            middle = 1.5 * line + look().px(2)
            draw_text_at(painter, below, 0, middle)
            draw_text_at(painter, above, self.width() - text_width(above, font), middle)
