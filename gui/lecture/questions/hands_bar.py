"""The share of hands for one choice: a bar for every show of hands, the latest in colour."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui.theme import look
from gui.widgets.painted import Painted, draw_text_at, elided, line_height, text_width
from gui.widgets.scales import percent_text

TEXT_PX = 13


class HandsBar(Painted):
    """Shares in 0…1, the earliest first; None where nobody has answered yet."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shares: tuple[float | None, ...] = (None,)
        self._is_right: bool | None = None
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    @property
    def shares(self) -> tuple[float | None, ...]:
        """What is shown."""
        return self._shares

    def set_shares(self, shares: Sequence[float | None]) -> None:
        """Show a bar for each show of hands."""
        if len(shares) != len(self._shares):
            self.updateGeometry()
        self._shares = tuple(shares)
        self.setAccessibleDescription(", ".join(map(self.text_of, range(len(shares)))))
        self.update()

    def set_right(self, is_right: bool | None) -> None:
        """Whether this choice has turned out to be right; None while nobody knows."""
        self._is_right = is_right
        self.update()

    def text_of(self, place: int) -> str:
        """The share, and what has changed since the show of hands before: "78 %  +47"."""
        share = self._shares[place]
        if share is None:
            return "–"
        before = self._shares[place - 1] if place else None
        text = percent_text(share, 0)
        if before is None:
            return text
        shift = round(100 * share) - round(100 * before)
        return f"{text}  {f'{shift:+d}'.replace('-', '−') if shift else '±0'}"

    def _pitch(self) -> float:
        return line_height(look().font(TEXT_PX)) + look().px(2)

    def sizeHint(self) -> QSize:
        return QSize(look().px(160), round(len(self._shares) * self._pitch()))

    def minimumSizeHint(self) -> QSize:
        return QSize(look().px(110), self.sizeHint().height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        tokens, font = look().tokens, look().font(TEXT_PX, bold=True)
        room = text_width("100 %  +100", font) + look().px(8)
        length, last = max(self.width() - room, 1.0), len(self._shares) - 1
        token = {None: "blue", True: "green", False: "muted"}[self._is_right]
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setFont(font)
            for place, share in enumerate(self._shares):
                top, height = place * self._pitch(), self._pitch()
                bar = QRectF(0, top + 0.2 * height, length, 0.6 * height)
                corner = look().px(3)
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(tokens.color("ground"))
                painter.drawRoundedRect(bar, corner, corner)
                bar.setWidth(length * (share or 0.0))
                painter.setBrush(tokens.color(token if place == last else "ghost"))
                painter.drawRoundedRect(bar, corner, corner)
                painter.setPen(tokens.color("ink" if place == last else "muted"))
                text = elided(self.text_of(place), font, room - look().px(8))
                draw_text_at(painter, text, length + look().px(8), top + height / 2)
