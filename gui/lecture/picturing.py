"""Pictures of widgets, as pixels and as vectors, without a screen."""

from __future__ import annotations

import re
from collections.abc import Sequence

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QPoint, QPointF, QRect, QRectF
from PySide6.QtGui import QFontInfo, QImage, QImageWriter, QPainter, QRegion
from PySide6.QtSvg import QSvgGenerator
from PySide6.QtWidgets import QWidget

from gui.theme import look
from gui.widgets.painted import kept_as_strokes

#: Pixels of a picture for each of the window's: sharp on a projector and on paper. What is large
#: already needs no more.
PNG_SCALE, LARGE_PX = 2, 1600
#: Of a CSS pixel, so that vectors have the size that the window has.
SVG_DPI = 96
#: A group that is clipped, and where its coordinates begin; a clipping path.
_CLIPPED = re.compile(
    rb'<g clip-path="url\(#(\w+)\)"><g [^>]*?transform="matrix\([^"]*?,([-\d.e]+),([-\d.e]+)\)"'
)
_CLIP = re.compile(rb'<clipPath id="(\w+)">\s*<path ')
#: The pen that QSvgRenderer fills shapes with: it has no colour, which Qt writes down as black.
_NO_PEN = re.compile(
    rb'stroke="#000000" stroke-opacity="1"(?= stroke-width="[^"]*" stroke-linecap="butt" '
    rb'stroke-linejoin="miter" stroke-miterlimit="4")'
)


def image_of(
    widget: QWidget, area: QRect, scale: int = 1, ground: str = "ground"
) -> QImage:
    """The part `area` of a widget at `scale` times its size, on the colour `ground`."""
    image = QImage(area.size() * scale, QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(scale)
    with QPainter(image) as painter:
        _paint(painter, widget, area, ground)
    return image


def png_of(widget: QWidget, area: QRect, ground: str = "ground") -> bytes:
    """The same as a PNG file, every stroke as sharp as the file can be."""
    scale = 1 if area.width() >= LARGE_PX else PNG_SCALE
    with kept_as_strokes(widget):
        return as_png(image_of(widget, area, scale, ground))


def as_png(image: QImage) -> bytes:
    """An image as a PNG file."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    QImageWriter(buffer, QByteArray(b"png")).write(image)
    return _bytes(buffer.data())


def svg_of(widget: QWidget, area: QRect, title: str, ground: str = "ground") -> bytes:
    """The same as an SVG file: curves, boxes and text as such, images and heat maps as pixels.

    Text is set in whatever font the reader has; the one that it was measured in is named first.
    """
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    generator = QSvgGenerator(QSvgGenerator.SvgVersion.Svg11)
    generator.setOutputDevice(buffer)
    generator.setResolution(SVG_DPI)
    generator.setSize(area.size())
    generator.setViewBox(QRect(QPoint(), area.size()))
    generator.setTitle(title)
    generator.setDescription("")
    with kept_as_strokes(widget), QPainter(generator) as painter:
        _paint(painter, widget, area, ground)
    svg = _NO_PEN.sub(b'stroke="none"', _bytes(buffer.data()))
    return _with_fonts(_with_clips(svg, widget, area))




def _paint(painter: QPainter, widget: QWidget, area: QRect, ground: str) -> None:
    painter.fillRect(QRect(QPoint(), area.size()), look().tokens.color(ground))
    widget.render(painter, QPoint(), QRegion(area), QWidget.RenderFlag.DrawChildren)


def _with_clips(svg: bytes, widget: QWidget, area: QRect) -> bytes:
    """Qt writes a clipping path in the coordinates of the widget that is clipped, and clips by it
    in those of the page. Which widget that is, the first group tells that is clipped by it."""
    origins: dict[bytes, QPoint] = {}
    places = _places(widget, area)
    for group in _CLIPPED.finditer(svg):
        origins.setdefault(group[1], _origin(QPointF(float(group[2]), float(group[3])), places))

    def moved(clip: re.Match[bytes]) -> bytes:
        origin = origins.get(clip[1], QPoint())
        return clip[0] + b'transform="translate(%d,%d)" ' % (origin.x(), origin.y())

    return _CLIP.sub(moved, svg)


def _places(widget: QWidget, area: QRect) -> list[QRect]:
    """Where the widgets within one lie on its picture, the largest first."""
    shown = [widget, *(one for one in widget.findChildren(QWidget) if one.isVisibleTo(widget))]
    places = [QRect(one.mapTo(widget, QPoint()) - area.topLeft(), one.size()) for one in shown]
    return sorted(places, key=lambda place: -place.width() * place.height())


def _origin(at: QPointF, places: Sequence[QRect]) -> QPoint:
    """Of coordinates that begin at a point: that of a widget itself, or of the one around it."""
    point = at.toPoint()
    if QPointF(point) == at and any(place.topLeft() == point for place in places):
        return point
    around = [place for place in places if QRectF(place).contains(at)]
    return around[-1].topLeft() if around else QPoint()


def _with_fonts(svg: bytes) -> bytes:
    """Qt writes the names that it was asked for, such as "Sans Serif", which no browser knows."""
    font = look().font()
    asked = f'font-family="{font.family()}"'
    used = f'font-family="{QFontInfo(font).family()}, sans-serif"'
    return svg.replace(asked.encode(), used.encode())


def _bytes(data: QByteArray) -> bytes:
    return bytes(data.data())
