"""What the widgets that paint themselves share: theme, focus ring, caches, elided text, colours."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, QSizeF, Qt
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QFont,
    QFontMetricsF,
    QImage,
    QPainter,
    QPaintEvent,
    QPen,
    QPicture,
    QPixmap,
    QResizeEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui.theme import look

CENTER = Qt.AlignmentFlag.AlignCenter
LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
#: The luminance at which black and white are read equally well: √(1.05 · 0.05) − 0.05.
BRIGHT = 0.179
#: What a widget keeps of its paint: pixels, or strokes while its picture is taken.
Canvas = QPixmap | QPicture
#: The pixels that go with strokes are so many times as fine as the window's.
STROKES_RATIO = 2.0


class Painted(QWidget):
    """A widget that paints itself from the theme's tokens and repaints when they change."""

    #: Whether strokes are kept rather than pixels; see `kept_as_strokes`.
    keeps_strokes = False

    def __init__(self, parent: QWidget | None = None, *, focusable: bool = False) -> None:
        super().__init__(parent)
        if focusable:
            self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        look().changed.connect(self.on_look_changed)

    def on_look_changed(self) -> None:
        """Drop what was rendered in the old look."""
        self.forget()
        self.updateGeometry()
        self.update()

    def forget(self) -> None:
        """Drop cached pixmaps; subclasses that keep any override this."""

    @property
    def pixel_ratio(self) -> float:
        """Pixels for each of the widget's, for what must be pixels."""
        return STROKES_RATIO if Painted.keeps_strokes else self.devicePixelRatioF()

    def canvas(self, sides: QSizeF | None = None) -> Canvas:
        """A transparent pixmap of the widget's size or `sides`, sharp on its screen; for a picture
        of the widget something that is sharp at any size."""
        if Painted.keeps_strokes:
            return QPicture()
        ratio = self.pixel_ratio
        sides = sides or QSizeF(self.size())
        size = QSize(round(sides.width() * ratio), round(sides.height() * ratio))
        pixmap = QPixmap(size.expandedTo(QSize(1, 1)))  # nobody can paint on none
        pixmap.setDevicePixelRatio(ratio)
        pixmap.fill(Qt.GlobalColor.transparent)
        return pixmap

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()


def paste(painter: QPainter, canvas: Canvas, top: float = 0.0) -> None:
    """Paint what was kept on a canvas, so far below the top."""
    if isinstance(canvas, QPicture):
        painter.drawPicture(QPointF(0, top), canvas)
    else:
        painter.drawPixmap(QPointF(0, top), canvas)


@contextmanager
def kept_as_strokes(widget: QWidget) -> Iterator[None]:
    """Let everything in a widget be painted anew, so that it can be rendered at any size, or as
    vectors; pixels that were kept would be those of the screen."""
    painted = [one for one in (widget, *widget.findChildren(Painted)) if isinstance(one, Painted)]
    Painted.keeps_strokes = True
    try:
        for one in painted:
            one.forget()
        yield
    finally:
        Painted.keeps_strokes = False
        for one in painted:
            one.forget()


class Pictured(Painted):
    """A widget whose slow part is painted once and kept, until it is forgotten.

    Subclasses paint that in `paint_picture`, and what moves with the mouse in `paint_above`.
    """

    _picture: Canvas | None = None

    def forget(self) -> None:
        self._picture = None

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.forget()

    def paintEvent(self, _event: QPaintEvent) -> None:
        if self._picture is None:
            self._picture = self.canvas()
            with QPainter(self._picture) as painter:
                self.paint_picture(painter)
        with QPainter(self) as painter:
            paste(painter, self._picture)
            self.paint_above(painter)
            if self.hasFocus():
                draw_focus_ring(painter, QRectF(self.rect()))

    def paint_picture(self, painter: QPainter) -> None:
        """Paint what is kept."""

    def paint_above(self, painter: QPainter) -> None:
        """Paint what is new at every frame."""


class ElidedLabel(Painted):
    """One line of text that gives way to an ellipsis; the tooltip then shows it in full.

    A `firm` one asks for its whole width and gives way last.
    """

    def __init__(
        self, text: str = "", parent: QWidget | None = None, *, token: str = "ink",
        bold: bool = False, firm: bool = False,
    ) -> None:
        super().__init__(parent)
        self._text, self._token, self._bold, self._firm = text, token, bold, firm
        self._help = ""
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(text)

    @property
    def text(self) -> str:
        """The whole text."""
        return self._text

    def set_text(self, text: str, token: str | None = None) -> None:
        """Show `text`, in the colour `token` where one is given."""
        token = token or self._token
        if (text, token) == (self._text, self._token):
            return
        # Of texts alike in length, only one that must not be cut is worth another layout.
        if self._firm or len(text) != len(self._text):
            self.updateGeometry()
        self._text, self._token = text, token
        self.setAccessibleName(text)
        self._explain()
        self.update()

    def shown_text(self) -> str:
        """The text as it stands on the screen."""
        return elided(self._text, look().font(bold=self._bold), self.width())

    def setToolTip(self, text: str) -> None:
        """What there is to say about the text; where that is cut short, it comes first, in full."""
        self._help = text
        self._explain()

    def _explain(self) -> None:
        whole = self._text if self.shown_text() != self._text else ""
        tooltip = "\n".join(part for part in (whole, self._help) if part)
        if tooltip != self.toolTip():
            super().setToolTip(tooltip)

    def sizeHint(self) -> QSize:
        font = look().font(bold=self._bold)
        return QSize(int(text_width(self._text, font)) + 2, int(line_height(font)) + 1)

    def minimumSizeHint(self) -> QSize:
        font = look().font(bold=self._bold)
        if self._firm:
            return self.sizeHint()
        return QSize(int(text_width(self._text[:3] + "…", font)) + 2, self.sizeHint().height())

    def resizeEvent(self, _event: QResizeEvent) -> None:
        self._explain()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setFont(look().font(bold=self._bold))
        painter.setPen(look().tokens.text(self._token))
        painter.drawText(QRectF(self.rect()), LEFT, self.shown_text())


def draw_focus_ring(painter: QPainter, rect: QRectF, radius: float = 4) -> None:
    """The ring that says where the keyboard is."""
    width = look().px(2) if look().is_projector else 2
    inset = width / 2
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(look().tokens.color("blue"), width))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(rect.adjusted(inset, inset, -inset, -inset), radius, radius)
    painter.restore()


def draw_outline(painter: QPainter, rect: QRectF, token: str, width: float) -> None:
    """A frame of `width` just outside `rect`, square like the pixels it surrounds."""
    painter.setPen(QPen(look().tokens.color(token), width, j=Qt.PenJoinStyle.MiterJoin))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    half = width / 2
    painter.drawRect(rect.adjusted(-half, -half, half, half))


@lru_cache(maxsize=64)
def _metrics(key: str) -> QFontMetricsF:
    font = QFont()
    font.fromString(key)
    return QFontMetricsF(font)


@lru_cache(maxsize=4096)
def _advance(text: str, key: str) -> float:
    return _metrics(key).horizontalAdvance(text)


def text_width(text: str, font: QFont) -> float:
    """The advance of a text in pixels; measured once, because live views ask at every repaint."""
    return _advance(text, font.key())


def line_height(font: QFont) -> float:
    """The height of a line of text in pixels."""
    return _metrics(font.key()).height()


def elided(text: str, font: QFont, width: float) -> str:
    """The text, or as much of it as fits before an ellipsis."""
    if text_width(text, font) <= width:
        return text
    return _metrics(font.key()).elidedText(text, Qt.TextElideMode.ElideRight, width)


def draw_text_at(painter: QPainter, text: str, left: float, middle: float) -> None:
    """A text whose line is centred on the height `middle`."""
    metrics = _metrics(painter.font().key())
    painter.drawText(QPointF(left, middle + (metrics.ascent() - metrics.descent()) / 2), text)


@lru_cache(maxsize=32)
def ramp(low: str, middle: str, high: str) -> np.ndarray:
    """511 colours from `low` through `middle` to `high`, as (511,) uint32 0xffRRGGBB."""
    colors = [QColor(c) for c in (low, middle, high)]
    ends = [np.array([c.red(), c.green(), c.blue()], dtype=np.float64) for c in colors]
    share = np.linspace(0, 1, 256)[:, None]
    first = ends[0] + (ends[1] - ends[0]) * share
    second = ends[1] + (ends[2] - ends[1]) * share[1:]
    rgb = np.round(np.vstack([first, second])).astype(np.uint32)
    return (0xFF << 24 | rgb[:, 0] << 16 | rgb[:, 1] << 8 | rgb[:, 2]).astype(np.uint32)


def is_bright(color: QColor) -> bool:
    """Whether black is read better on a colour than white; one of both has 4.5 : 1 on any."""
    return luminance(color) > BRIGHT


def luminance(color: QColor) -> float:
    """The relative luminance of a colour in 0…1, as contrast is defined by (WCAG 2)."""
    red, green, blue = (
        value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4
        for value in (color.redF(), color.greenF(), color.blueF())
    )
    return float(0.2126 * red + 0.7152 * green + 0.0722 * blue)


def diverging(values: np.ndarray, limit: float) -> np.ndarray:
    """Signed values as uint32 pixels: blue at +`limit`, the surface at 0, vermilion at −`limit`.

    What is not a number gets the ghost colour.
    """
    tokens = look().tokens
    colors = ramp(tokens.vermilion, tokens.surface, tokens.blue)
    known = np.isfinite(values)
    share = np.where(known, values, 0.0) / limit if limit > 0 else np.zeros(values.shape)
    pixels = colors[np.round(255 * np.clip(share, -1, 1)).astype(np.intp) + 255]
    return np.where(known, pixels, np.uint32(tokens.color("ghost").rgb()))


def image_of(pixels: np.ndarray) -> QImage:
    """A QImage with its own memory from (height, width) uint32 pixels 0xffRRGGBB."""
    pixels = np.ascontiguousarray(pixels, dtype=np.uint32)
    height, width = pixels.shape
    return QImage(pixels.data, width, height, 4 * width, QImage.Format.Format_RGB32).copy()


def gray(images: np.ndarray) -> np.ndarray:
    """uint8 gray levels as uint32 pixels."""
    return np.uint32(0xFF000000) | images.astype(np.uint32) * np.uint32(0x010101)
