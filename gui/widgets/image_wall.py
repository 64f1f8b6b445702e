"""A wall of small images, as many rows as suit the space, every pixel sharp."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from gui.theme import look
from gui.widgets.cell_grid import CellGrid
from gui.widgets.painted import (
    diverging,
    draw_outline,
    elided,
    gray,
    image_of,
    line_height,
    text_width,
)

#: Image pixels this large or larger are all of one size; smaller ones use the room in full.
WHOLE_FROM = 4
#: Captions are left out where the images above them would be lower than this many lines.
LEAST_LINES = 1.5
#: The part of the longest caption that must find room below its image.
SHARE_OF_CAPTION = 0.6


@dataclass(frozen=True)
class _Frame:
    """Columns of the wall, the size of an image, and the distance between origins, in pixels."""

    columns: int
    width: int
    height: int
    step_x: int
    step_y: int
    captioned: bool


class ImageWall(CellGrid):
    """(n, height, width) images: uint8 gray levels, or signed floats in diverging colours.

    Signed images share one scale: blue at +`limit`, vermilion at −`limit`.
    """

    image_chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._images = np.zeros((0, 1, 1), dtype=np.uint8)
        self._limit: float | None = None
        self._captions: list[str] = []
        self._marks: list[str | None] = []
        self._chosen: int | None = None
        self._tip: Callable[[int], str] | None = None
        self._frame: _Frame | None = None
        self._wall: QImage | None = None

    def set_images(
        self, images: np.ndarray, *, captions: Sequence[str] = (),
        marks: Sequence[str | None] = (), limit: float | None = None,
    ) -> None:
        """Show images; a mark is a colour token for a frame ("green", "vermilion") or None.

        `limit` is by default the greatest |value| of all images.
        """
        images = np.array(images)
        if images.ndim != 3 or 0 in images.shape[1:]:
            raise ValueError(f"An image wall needs (n, height, width), not {images.shape}.")
        texts = (list(captions), list(marks), limit)
        if texts != (self._captions, self._marks, self._limit):
            self._frame = None
        elif images.dtype == self._images.dtype and np.array_equal(images, self._images):
            return
        if images.shape != self._images.shape:
            self._frame = None
        self._images, self._wall = images, None
        self._captions, self._marks, self._limit = texts
        self.update()

    def set_tooltip(self, tip: Callable[[int], str] | None) -> None:
        """Take the function that explains the image of an index."""
        self._tip = tip

    def set_chosen(self, index: int | None) -> None:
        """Outline an image in orange; None outlines none."""
        if index != self._chosen:
            self._chosen = index
            self.update()

    @property
    def columns(self) -> int:
        """How many images stand side by side."""
        return self._place().columns

    def has_cell(self, row: int, column: int) -> bool:
        columns = self._place().columns
        return row >= 0 and 0 <= column < columns and row * columns + column < len(self._images)

    def cell_rect(self, row: int, column: int) -> QRectF:
        frame, ratio = self._place(), self.devicePixelRatioF()
        inset = self._inset()
        return QRectF(
            inset + column * frame.step_x / ratio, inset + row * frame.step_y / ratio,
            frame.width / ratio, frame.height / ratio,
        )

    def cell_at(self, point: QPointF) -> tuple[int, int] | None:
        frame, ratio = self._place(), self.devicePixelRatioF()
        row = math.floor((point.y() - self._inset()) * ratio / frame.step_y)
        column = math.floor((point.x() - self._inset()) * ratio / frame.step_x)
        return (row, column) if self.has_cell(row, column) else None

    def cell_text(self, row: int, column: int) -> str:
        index = row * self._place().columns + column
        if self._tip is not None:
            return self._tip(index)
        return self._captions[index] if index < len(self._captions) else ""

    def choose(self, row: int, column: int) -> None:
        index = row * self._place().columns + column
        self.set_chosen(index)
        self.image_chosen.emit(index)

    def forget(self) -> None:
        self._frame = self._wall = None

    def sizeHint(self) -> QSize:
        return QSize(look().px(280), look().px(180))

    def minimumSizeHint(self) -> QSize:
        return QSize(look().px(100), look().px(60))

    # drawing

    def _inset(self) -> int:
        return look().px(5)

    def _place(self) -> _Frame:
        if self._frame is None:
            self._frame = self._measured()
            if not self.has_cell(*self._current):
                self._current = (0, 0)
        return self._frame

    def _measured(self) -> _Frame:
        """The frame with captions, or without where they would leave only tiny images."""
        if self._captions:
            font, ratio = look().font(12), self.devicePixelRatioF()
            line = round(line_height(font) * ratio)
            widest = max(text_width(text, font) for text in self._captions) * ratio
            frame = self._largest(line, SHARE_OF_CAPTION * widest)
            if frame.height >= LEAST_LINES * line:
                return frame
        return self._largest(0, 0.0)

    def _largest(self, below: int, least_step: float) -> _Frame:
        """The number of columns that makes the images largest, `below` pixels left under each."""
        count, height, width = self._images.shape
        ratio = self.devicePixelRatioF()
        gap = max(round(look().px(6 if self._marks or below else 3) * ratio), 1)
        room_x = (self.width() - 2 * self._inset()) * ratio + gap
        room_y = (self.height() - 2 * self._inset()) * ratio + gap
        most = min(max(count, 1), max(int(room_x / (least_step + gap)), 1))
        best, columns = 0.0, 1
        for tried in range(1, most + 1):
            rows = math.ceil(count / tried) or 1
            scale = min((room_x / tried - gap) / width, (room_y / rows - gap - below) / height)
            if scale > best:
                best, columns = scale, tried
        scale = math.floor(best) if best >= WHOLE_FROM else max(best, 1 / max(width, height))
        size_x, size_y = max(int(width * scale), 1), max(int(height * scale), 1)
        # Captions are wider than small images: they may use the room that is left.
        step_x = max(size_x + gap, math.floor(room_x / columns)) if below else size_x + gap
        return _Frame(columns, size_x, size_y, step_x, size_y + gap + below, below > 0)

    def _render(self) -> QImage:
        """All images as one, in pixels of the screen, nearest neighbour."""
        frame = self._place()
        count, height, width = self._images.shape
        rows = math.ceil(count / frame.columns)
        if self._images.dtype == np.uint8:
            pixels = gray(self._images)
        else:
            known = np.abs(self._images[np.isfinite(self._images)])
            pixels = diverging(self._images, self._limit or float(known.max(initial=0.0)))
        from_y = np.arange(frame.height) * height // frame.height
        from_x = np.arange(frame.width) * width // frame.width
        pixels = pixels[:, from_y[:, None], from_x]
        wall = np.full(
            (rows * frame.step_y, frame.columns * frame.step_x),
            look().tokens.color("surface").rgb(), dtype=np.uint32,
        )
        for index, image in enumerate(pixels):
            top = index // frame.columns * frame.step_y
            left = index % frame.columns * frame.step_x
            wall[top : top + frame.height, left : left + frame.width] = image
        rendered = image_of(wall)
        rendered.setDevicePixelRatio(self.devicePixelRatioF())
        return rendered

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        chosen = None
        if len(self._images):
            if self._wall is None:
                self._wall = self._render()
            painter.drawImage(QPointF(self._inset(), self._inset()), self._wall)
            self._paint_marks(painter)
            if self._chosen is not None:
                chosen = divmod(self._chosen, self._place().columns)
        self.paint_cursor(painter, chosen)

    def _paint_marks(self, painter: QPainter) -> None:
        frame, font = self._place(), look().font(12)
        painter.setFont(font)
        line, room = line_height(font), frame.step_x / self.devicePixelRatioF() - look().px(4)
        for index in range(len(self._images)):
            rect = self.cell_rect(*divmod(index, frame.columns))
            mark = self._marks[index] if index < len(self._marks) else None
            if mark:
                draw_outline(painter, rect, mark, look().px(2))
            if frame.captioned and index < len(self._captions):
                text = elided(self._captions[index], font, room)
                painter.setPen(look().tokens.text(mark or "muted"))
                width = text_width(text, font) + 2
                place = QRectF(rect.left(), rect.bottom() + look().px(2), width, line)
                painter.drawText(place, Qt.AlignmentFlag.AlignVCenter, text)
