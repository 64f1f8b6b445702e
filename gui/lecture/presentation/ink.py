"""Strokes of a pen: what they are, how they are erased and taken back, and how they look."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise

from PySide6.QtCore import QObject, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPainterPath, QPen, QPixmap, QRegion

from gui.theme import look


@dataclass(frozen=True)
class Stroke:
    """A line drawn in one go; `token` is its colour's, `width` in pixels."""

    points: tuple[QPointF, ...]
    token: str
    width: float

    def path(self) -> QPainterPath:
        """The line, smoothed: a curve through the middles of what the mouse told."""
        path = QPainterPath(self.points[0])
        for here, after in pairwise(self.points):
            path.quadTo(here, (here + after) / 2)
        # A dot is a line, too.
        path.lineTo(self.points[-1] + QPointF(0.01, 0.0))
        return path

    def rect(self) -> QRect:
        """What it covers."""
        return _around(self.path().boundingRect(), self.width)

    def is_near(self, place: QPointF, distance: float) -> bool:
        """Whether it passes a place so closely."""
        reach = distance + self.width / 2
        ends = self.points if len(self.points) > 1 else self.points * 2
        return any(_distance(place, a, b) <= reach for a, b in pairwise(ends))


class Ink(QObject):
    """The strokes over one page. They are painted once, and copied from a picture ever after."""

    #: A region of the window that looks different now.
    dirtied = Signal(QRegion)
    #: There are strokes, or none any more; there is something to take back, or not.
    changed = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.strokes: tuple[Stroke, ...] = ()
        self._growing: Stroke | None = None
        self._history: list[tuple[Stroke, ...]] = []
        self._picture: QPixmap | None = None
        look().changed.connect(self.forget)

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to see."""
        return not self.strokes and self._growing is None

    @property
    def can_undo(self) -> bool:
        """Whether something was drawn or erased."""
        return bool(self._history)

    # --- drawing --------------------------------------------------------------------------------

    def begin(self, place: QPointF, token: str, width: float) -> None:
        """The pen touches."""
        self._growing = Stroke((place,), token, width)
        self._paint_more(self._growing.path())
        self.changed.emit()

    def move(self, place: QPointF) -> None:
        """The pen moves; nothing unless it touches."""
        if self._growing is None or place == self._growing.points[-1]:
            return
        points = (*self._growing.points, place)
        self._growing = Stroke(points, self._growing.token, self._growing.width)
        # The curve is known as far as the middle of the newest piece.
        begun = (points[-3] + points[-2]) / 2 if len(points) > 2 else points[0]
        path = QPainterPath(begun)
        path.quadTo(points[-2], (points[-2] + place) / 2)
        self._paint_more(path)

    def end(self) -> None:
        """The pen is lifted."""
        if self._growing is not None:
            stroke = self._growing
            path = QPainterPath((stroke.points[-2:][0] + stroke.points[-1]) / 2)
            path.lineTo(stroke.points[-1])
            self._paint_more(path)
            self._growing = None
            self._set((*self.strokes, stroke))

    def erase(self, place: QPointF, distance: float) -> None:
        """Take whole strokes away that pass so closely."""
        left = tuple(s for s in self.strokes if not s.is_near(place, distance))
        if left != self.strokes:
            self._set(left)

    def undo(self) -> None:
        """Take the last stroke, or the last erasing, back."""
        if self._history:
            self._show(self._history.pop())

    def clear(self) -> None:
        """Wipe everything; that is not to be taken back, because the page is another."""
        self._growing, self._history = None, []
        self._show(())

    def _set(self, strokes: tuple[Stroke, ...]) -> None:
        self._history.append(self.strokes)
        self._show(strokes)

    def _show(self, strokes: tuple[Stroke, ...]) -> None:
        before, after = set(map(id, self.strokes)), set(map(id, strokes))
        region = QRegion()
        for stroke in (*self.strokes, *strokes):
            if id(stroke) in before ^ after:
                region += stroke.rect()
        is_longer = strokes[: len(self.strokes)] == self.strokes
        self.strokes = strokes
        if not is_longer:
            self._picture = None
        self.dirtied.emit(region)
        self.changed.emit()

    # --- painting -------------------------------------------------------------------------------

    def forget(self) -> None:
        """Paint everything anew, as after a change of theme."""
        self._picture = None

    def paint(self, painter: QPainter, rect: QRect, size: QSize, ratio: float) -> None:
        """Copy what lies in `rect` of a window of `size`."""
        if self.is_empty:
            return
        if self._picture is None or self._picture.deviceIndependentSize().toSize() != size:
            self._picture = self._painted(size, ratio)
        source = QRectF(rect.left() * ratio, rect.top() * ratio,
                        rect.width() * ratio, rect.height() * ratio)
        painter.drawPixmap(QRectF(rect), self._picture, source)

    def _painted(self, size: QSize, ratio: float) -> QPixmap:
        picture = QPixmap(size * ratio)
        picture.setDevicePixelRatio(ratio)
        picture.fill(Qt.GlobalColor.transparent)
        with QPainter(picture) as painter:
            for stroke in (*self.strokes, *([self._growing] if self._growing else [])):
                _draw(painter, stroke, stroke.path())
        return picture

    def _paint_more(self, path: QPainterPath) -> None:
        """Add a piece of the stroke that grows to the picture."""
        assert self._growing is not None
        if self._picture is not None:
            with QPainter(self._picture) as painter:
                _draw(painter, self._growing, path)
        self.dirtied.emit(QRegion(_around(path.boundingRect(), self._growing.width)))


def _draw(painter: QPainter, stroke: Stroke, path: QPainterPath) -> None:
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(
        look().tokens.color(stroke.token), stroke.width, Qt.PenStyle.SolidLine,
        Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin,
    ))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawPath(path)


def _around(rect: QRectF, width: float) -> QRect:
    margin = math.ceil(width / 2) + 1
    return rect.adjusted(-margin, -margin, margin, margin).toAlignedRect()


def _distance(place: QPointF, a: QPointF, b: QPointF) -> float:
    """From a place to the straight line between two others, in pixels."""
    along, to = b - a, place - a
    length = QPointF.dotProduct(along, along)
    share = min(max(QPointF.dotProduct(to, along) / length, 0.0), 1.0) if length else 0.0
    nearest = a + along * share
    return math.hypot(place.x() - nearest.x(), place.y() - nearest.y())
