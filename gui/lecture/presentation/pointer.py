"""A laser pointer: a soft bright dot where the mouse is, with a short trail."""

from __future__ import annotations

import math
import time
from itertools import pairwise

from PySide6.QtCore import QObject, QPointF, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QPainter, QPen, QPixmap, QRadialGradient, QRegion

from gui.theme import look

RADIUS_PX, CORE_PX = 15, 4.5
TRAIL_S, FRAME_MS = 0.25, 16
TOKEN = "vermilion"


class Pointer(QObject):
    """While the mouse rests and the trail has faded, nothing at all is done."""

    #: A region of the window that looks different now.
    dirtied = Signal(QRegion)
    #: The dot came or went.
    changed = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._trail: list[tuple[float, QPointF]] = []
        self._glow: QPixmap | None = None
        self._beat = QTimer(self, interval=FRAME_MS)
        self._beat.timeout.connect(self._fade)
        look().changed.connect(self._forget)

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to see."""
        return not self._trail

    @property
    def is_moving(self) -> bool:
        """Whether a trail still fades."""
        return self._beat.isActive()

    @property
    def place(self) -> QPointF | None:
        """Where the dot is."""
        return self._trail[-1][1] if self._trail else None

    def move(self, place: QPointF) -> None:
        """The mouse is there now."""
        if self.is_empty:
            self._trail = [(time.monotonic(), place)]
            self.changed.emit()
        elif place != self.place:
            self._trail.append((time.monotonic(), place))
            if not self._beat.isActive():
                self._beat.start()
        self.dirtied.emit(self._region(self._trail[-2:]))

    def leave(self) -> None:
        """The mouse is nowhere."""
        self._beat.stop()
        if self._trail:
            gone, self._trail = self._region(self._trail), []
            self.dirtied.emit(gone)
            self.changed.emit()

    def _fade(self) -> None:
        before = self._region(self._trail)
        oldest = time.monotonic() - TRAIL_S
        self._trail = [item for item in self._trail[:-1] if item[0] >= oldest] + self._trail[-1:]
        if len(self._trail) < 2:
            self._beat.stop()
        self.dirtied.emit(before)

    # --- painting -------------------------------------------------------------------------------

    def _region(self, trail: list[tuple[float, QPointF]]) -> QRegion:
        """Small pieces along the trail, rather than the one large rectangle around it."""
        radius = look().px(RADIUS_PX) + 1
        places = [place for _, place in trail]
        region = QRegion()
        for a, b in pairwise([*places[:1], *places]):
            way = b - a
            pieces = max(1, math.ceil(math.hypot(way.x(), way.y()) / (4 * radius)))
            for piece in range(pieces):
                begin, end = a + way * (piece / pieces), a + way * ((piece + 1) / pieces)
                rect = QRectF(begin, end).normalized().adjusted(-radius, -radius, radius, radius)
                region += rect.toAlignedRect()
        return region

    def paint(self, painter: QPainter) -> None:
        """Paint the trail, then the dot above it."""
        if self.is_empty:
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        now, core = time.monotonic(), look().px(CORE_PX)
        for (_, a), (told, b) in pairwise(self._trail):
            share = max(0.0, 1 - (now - told) / TRAIL_S)
            color = look().tokens.color(TOKEN, 0.55 * share)
            painter.setPen(QPen(color, max(1.0, 1.6 * core * share), c=Qt.PenCapStyle.FlatCap))
            painter.drawLine(a, b)
        if self._glow is None:
            self._glow = _painted_glow(look().px(RADIUS_PX), core, painter.device())
        place, radius = self._trail[-1][1], look().px(RADIUS_PX)
        painter.drawPixmap(QPointF(place.x() - radius, place.y() - radius), self._glow)

    def _forget(self) -> None:
        self._glow = None


def _painted_glow(radius: int, core: int, device: object) -> QPixmap:
    """The dot with its glow; painted once for each look."""
    ratio = getattr(device, "devicePixelRatioF", lambda: 1.0)()
    side = math.ceil(2 * radius * ratio)
    picture = QPixmap(side, side)
    picture.setDevicePixelRatio(ratio)
    picture.fill(Qt.GlobalColor.transparent)
    middle = QPointF(radius, radius)
    glow = QRadialGradient(middle, radius)
    for at, alpha in ((0.0, 0.75), (core / radius, 0.6), (0.55, 0.2), (1.0, 0.0)):
        glow.setColorAt(at, look().tokens.color(TOKEN, alpha))
    with QPainter(picture) as painter:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(glow)
        painter.drawEllipse(middle, radius, radius)
        painter.setBrush(look().tokens.color(TOKEN))
        painter.drawEllipse(middle, core, core)
        painter.setBrush(Qt.GlobalColor.white)
        painter.drawEllipse(middle, 0.45 * core, 0.45 * core)
    return picture
