"""A surface over a square, to be turned around.

Drawn with QPainter, farthest facets first, not with OpenGL: a height field needs no more, 32 × 32
facets take some milliseconds, and it works wherever the window does, without a graphics driver.
"""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPen,
    QPolygonF,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui.theme import look
from gui.widgets import field_map_painter as draw
from gui.widgets.painted import (
    CENTER,
    Pictured,
    draw_text_at,
    line_height,
    text_width,
)

MOST_FACETS = 32
HOME = (-60.0, 30.0)
DEGREES_PER_PX, DEGREES_PER_KEY = 0.5, 5.0
LOWEST, HIGHEST = 5.0, 85.0
#: The height of the surface as a share of the side of its ground.
RELIEF = 0.6
#: How much darker a facet is that turns away from the light.
SHADE = 0.25
_TURNS = {
    Qt.Key.Key_Left: (-1, 0), Qt.Key.Key_Right: (1, 0), Qt.Key.Key_Up: (0, 1),
    Qt.Key.Key_Down: (0, -1),
}


def sampled(z: np.ndarray, most: int = MOST_FACETS + 1) -> np.ndarray:
    """At most `most` values each way, evenly spread, the first and the last included."""
    rows, columns = (np.unique(np.round(np.linspace(0, n - 1, min(n, most))).astype(np.intp))
                     for n in z.shape)
    return np.asarray(z[np.ix_(rows, columns)])


def projected(heights: np.ndarray, azimuth: float, elevation: float) -> np.ndarray:
    """(rows, columns, 3) screen x, screen y upwards, depth of a height field seen from afar.

    `heights` in 0…1 over the square [−½, ½]², columns along x and rows along y; angles in degrees.
    An orthographic view: turned by the azimuth about z, then tilted by the elevation.
    """
    rows, columns = heights.shape
    x, y = np.meshgrid(np.linspace(-0.5, 0.5, columns), np.linspace(-0.5, 0.5, rows))
    turn, tilt = math.radians(azimuth), math.radians(elevation)
    across = -x * math.sin(turn) + y * math.cos(turn)
    towards = x * math.cos(turn) + y * math.sin(turn)
    z = RELIEF * (heights - 0.5)
    up = z * math.cos(tilt) - towards * math.sin(tilt)
    depth = towards * math.cos(tilt) + z * math.sin(tilt)
    return np.stack([across, up, depth], axis=-1)


def level_text(value: float) -> str:
    """The height of floor or ceiling, briefly."""
    return f"{value:.2g}".replace("-", "−")


class SurfaceView(Pictured):
    """z over a square as a surface. The mouse turns it, so do the arrows; Home turns it back."""

    #: Azimuth and elevation in degrees after the user turned it.
    view_changed = Signal(float, float)

    def __init__(
        self, title: str = "", mode: str = "diverging", parent: QWidget | None = None, *,
        token: str = "vermilion",
    ) -> None:
        if mode not in draw.MODES:
            raise ValueError(f"A surface's mode is one of {', '.join(draw.MODES)}, not “{mode}”.")
        super().__init__(parent, focusable=True)
        self._title, self._mode, self._token = title, mode, token
        self._z = np.full((2, 2), np.nan)
        self._limits: tuple[float, float] | None = None
        self._view = HOME
        self._grip: QPointF | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(title)
        self.setCursor(Qt.CursorShape.OpenHandCursor)

    def set_field(self, z: np.ndarray) -> None:
        """Show z, (rows, columns), at least 2 × 2: columns along x, row 0 at the least y."""
        z = np.array(z, dtype=np.float64)
        if z.ndim != 2 or min(z.shape) < 2:
            raise ValueError(f"A surface needs at least 2 × 2 values, not shape {z.shape}.")
        self._z = sampled(z)
        self.forget()
        self.update()

    def set_limits(self, limits: tuple[float, float] | None) -> None:
        """The values at floor and ceiling, coloured as in a field map; None follows the data."""
        self._limits = limits
        self.forget()
        self.update()

    @property
    def limits(self) -> tuple[float, float]:
        """The limits in force."""
        return self._limits or draw.good_limits(self._z, self._mode)

    @property
    def view(self) -> tuple[float, float]:
        """Azimuth and elevation in degrees."""
        return self._view

    def set_view(self, azimuth: float, elevation: float) -> None:
        """Turn the surface. Emits nothing: views can be linked."""
        view = (azimuth % 360, min(max(elevation, LOWEST), HIGHEST))
        if view != self._view:
            self._view = view
            self.forget()
            self.update()

    def _turn(self, across: float, up: float) -> None:
        self.set_view(self._view[0] - across, self._view[1] + up)
        self.view_changed.emit(*self._view)

    # mouse and keyboard

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._grip = event.position()
        else:
            event.ignore()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._grip is not None:
            way = (event.position() - self._grip) * DEGREES_PER_PX
            self._grip = event.position()
            self._turn(way.x(), way.y())

    def mouseReleaseEvent(self, _event: QMouseEvent) -> None:
        self._grip = None

    def mouseDoubleClickEvent(self, _event: QMouseEvent) -> None:
        self._go_home()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if key in _TURNS:
            across, up = _TURNS[key]
            self._turn(across * DEGREES_PER_KEY, up * DEGREES_PER_KEY)
        elif key == Qt.Key.Key_Home:
            self._go_home()
        else:
            super().keyPressEvent(event)

    def _go_home(self) -> None:
        self.set_view(*HOME)
        self.view_changed.emit(*self._view)

    # drawing

    def sizeHint(self) -> QSize:
        return QSize(look().px(320), look().px(260))

    def minimumSizeHint(self) -> QSize:
        return QSize(look().px(140), look().px(110))

    def paint_picture(self, painter: QPainter) -> None:
        draw.paint_title(painter, self._title, look().px(6), self.width())
        if np.isfinite(self._z).any():
            limits = self.limits
            heights = (np.clip(self._z, *limits) - limits[0]) / (limits[1] - limits[0])
            self._paint_floor(painter, limits)
            self._paint_facets(painter, heights, limits)
        else:
            painter.setPen(look().tokens.color("muted"))
            painter.setFont(look().font())
            painter.drawText(QRectF(self.rect()), CENTER | Qt.TextFlag.TextWordWrap,
                             self.tr("There is no value to show yet."))

    def _to_pixels(self, points: np.ndarray) -> np.ndarray:
        """(…, 2) pixels of projected points; any view fits into the widget."""
        top = 2 * look().px(6) + (line_height(look().font(bold=True)) if self._title else 0)
        room = self.height() - top - line_height(look().font(12)) - look().px(6)
        tilt = math.radians(self._view[1])
        tall = math.sqrt(2) * math.sin(tilt) + RELIEF * math.cos(tilt)
        font = look().font(12)
        beside = max(text_width(level_text(v), font) for v in self.limits) + look().px(12)
        unit = max(min((self.width() - 2 * beside) / math.sqrt(2), room / tall), 1.0)
        center = np.array([self.width() / 2, top + room / 2])
        return np.asarray(center + points[..., :2] * np.array([unit, -unit]))

    def _paint_floor(self, painter: QPainter, limits: tuple[float, float]) -> None:
        """The square beneath, the names of its sides, and the height axis at the left."""
        tokens, font = look().tokens, look().font(12)
        floor, ceiling = (
            projected(np.full((2, 2), level), *self._view) for level in (0.0, 1.0))
        corners = self._to_pixels(floor)
        ring = [(0, 0), (0, 1), (1, 1), (1, 0)]
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(tokens.color("line"), look().px(1.5)))
        painter.setBrush(tokens.color("ground"))
        painter.drawPolygon(QPolygonF([QPointF(*corners[one]) for one in ring]))
        left = min(ring, key=lambda one: corners[one][0])
        foot, head = QPointF(*corners[left]), QPointF(*self._to_pixels(ceiling)[left])
        painter.setPen(QPen(tokens.color("muted"), look().px(1)))
        painter.drawLine(foot, head)
        painter.setFont(font)
        for point, value in ((foot, limits[0]), (head, limits[1])):
            text = level_text(value)
            draw_text_at(painter, text, point.x() - look().px(6) - text_width(text, font),
                         point.y())
        middles = [(corners[a] + corners[b]) / 2 for a, b in pairwise([*ring, ring[0]])]
        for text, sides in (("x", middles[::2]), ("y", middles[1::2])):
            across, down = max(sides, key=lambda point: float(point[1]))
            place = QRectF(across - look().px(10), down + 2, look().px(20), line_height(font))
            painter.drawText(place, CENTER, text)

    def _paint_facets(
        self, painter: QPainter, heights: np.ndarray, limits: tuple[float, float]
    ) -> None:
        """Facets from far to near, coloured by height and shaded by slope."""
        points = projected(heights, *self._view)
        pixels = self._to_pixels(points)
        ground = projected(np.full(heights.shape, 0.5), *self._view)[..., 2]
        depth = _of_facets(ground)
        mean = _of_facets(self._z)
        palette = draw.colors(self._mode, self._token)
        colors = draw.pixels(mean, limits, palette)
        slope = np.gradient(heights * RELIEF, 1 / max(heights.shape[1] - 1, 1), axis=1)
        light = np.nan_to_num(_of_facets(slope / np.sqrt(1 + slope**2)))
        dark = np.clip(100 + 100 * SHADE * (1 - light) / 2, 100, 200).astype(np.intp)
        quads = np.stack([pixels[:-1, :-1], pixels[:-1, 1:], pixels[1:, 1:], pixels[1:, :-1]], 2)
        order = np.argsort(depth, axis=None)
        known = np.isfinite(quads).all(axis=(2, 3)).ravel()
        quads, flat, shades = quads.reshape(-1, 4, 2), colors.ravel(), dark.ravel()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        mesh = QPen(look().tokens.color("ink", 0.25), 0)
        painter.setPen(mesh)
        for k in order[known[order]].tolist():
            painter.setBrush(QColor.fromRgb(int(flat[k])).darker(int(shades[k])))
            painter.drawConvexPolygon([QPointF(a, b) for a, b in quads[k].tolist()])


def _of_facets(values: np.ndarray) -> np.ndarray:
    """The mean of the four corners of each facet."""
    return np.asarray((values[:-1, :-1] + values[1:, :-1] + values[:-1, 1:] + values[1:, 1:]) / 4)
