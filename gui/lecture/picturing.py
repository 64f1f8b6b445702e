"""Pictures of widgets, as pixels and as vectors, without a screen."""

from __future__ import annotations

import re

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QPoint, QRect
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
#: A group that is clipped, and the transformation of its coordinates; a clipping path.
_CLIPPED = re.compile(rb'<g clip-path="url\(#(\w+)\)"><g [^>]*?transform="([^"]*)"')
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
    return _with_fonts(_with_clips(svg))




def _paint(painter: QPainter, widget: QWidget, area: QRect, ground: str) -> None:
    painter.fillRect(QRect(QPoint(), area.size()), look().tokens.color(ground))
    widget.render(painter, QPoint(), QRegion(area), QWidget.RenderFlag.DrawChildren)


def _with_clips(svg: bytes) -> bytes:
    """Qt writes a clipping path in the coordinates of the first group that is clipped by it, and
    clips by it in those of the page."""
    transforms: dict[bytes, bytes] = {}
    for group in _CLIPPED.finditer(svg):
        transforms.setdefault(group[1], group[2])
    return _CLIP.sub(
        lambda clip: clip[0] + b'transform="%s" ' % transforms.get(clip[1], b"matrix(1,0,0,1,0,0)"),
        svg,
    )


def _with_fonts(svg: bytes) -> bytes:
    """Qt writes the names that it was asked for, such as "Sans Serif", which no browser knows."""
    font = look().font()
    asked = f'font-family="{font.family()}"'
    used = f'font-family="{QFontInfo(font).family()}, sans-serif"'
    return svg.replace(asked.encode(), used.encode())


def _bytes(data: QByteArray) -> bytes:
    return bytes(data.data())
