"""Functions on an interval that can be read, dragged, drawn and pointed at."""

from __future__ import annotations

import math
from collections.abc import Iterable

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui.theme import look
from gui.widgets import function_plot_painter as draw
from gui.widgets import function_plot_text as texts
from gui.widgets import scales
from gui.widgets.function_plot_input import PlotInput
from gui.widgets.function_plot_model import Axis, Boxes, Contents, Curve, Frame, Handle, Mark
from gui.widgets.painted import Canvas, draw_focus_ring, paste

__all__ = ["FunctionPlot", "Handle", "Mark"]


class FunctionPlot(PlotInput):
    """Curves, boxes and handles over explicit ranges.

    The plot shows what it is told: a dragged handle moves when its owner sets the handles anew.
    """

    def __init__(
        self, title: str = "", x_caption: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._contents = Contents(title=title, x_caption=x_caption)
        self._frame: Frame | None = None
        self._beneath: Canvas | None = None
        self._above: Canvas | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(title)
        self.describe()

    # data

    def set_curve(
        self, key: str, x: np.ndarray, y: np.ndarray, token: str = "blue", *, label: str = "",
        dashed: bool = False, width: float = 1.0, steps: bool = False, closed: str = "right",
        fill: bool = False, risers: bool = True,
    ) -> None:
        """Show y over x, (n,) each and x ascending; see `Curve` for steps and the rest.

        The first curves lie beneath the later ones; a curve set again keeps its place.
        """
        curves = self._contents.curves
        before = curves.get(key)
        curves[key] = Curve(x, y, token, label, dashed, width, steps, closed, fill, risers)
        band = self._contents.band
        names_changed = before is None or before.label != label
        self._changed(frame=names_changed, beneath=band is not None and key in band[:2])

    def remove_curve(self, key: str) -> None:
        """Take a curve away, if it is there."""
        if self._contents.curves.pop(key, None) is not None:
            self._changed(frame=True)

    def set_boxes(
        self, left: np.ndarray, right: np.ndarray, height: np.ndarray, token: str = "blue", *,
        shown: bool = True,
    ) -> None:
        """Fill boxes from 0 to their height, (n,) each, side by side from left to right.

        Boxes are the pieces that can be hovered and chosen, even where they are not `shown`.
        """
        self._contents.boxes = Boxes(left, right, height, token, shown)
        if self.hovered_piece is not None and self.hovered_piece >= len(left):
            self.hovered_piece = None
        self._changed(beneath=True)

    def set_highlight(self, index: int | None) -> None:
        """Stress one box; None stresses the one under the mouse."""
        if index != self._contents.highlight:
            self._contents.highlight = index
            self.update()

    def set_band(self, key_a: str | None, key_b: str = "", token: str = "vermilion") -> None:
        """Shade the area between two curves, the error; None shades nothing."""
        band = None if key_a is None else (key_a, key_b, token)
        if band != self._contents.band:
            self._contents.band = band
            self._changed(beneath=True)

    def set_marks(self, marks: Iterable[Mark]) -> None:
        """Dots: open and closed ends at a jump, or the point that a label names."""
        self._contents.marks = list(marks)
        self._changed()

    def set_handles(self, handles: Iterable[Handle]) -> None:
        """What can be dragged. The one in hand stays in hand, if its key is still there."""
        self._contents.handles = list(handles)
        if self.handle is None:
            self.active_handle = None
        self.describe()
        self.update()

    # axes

    def set_x_range(self, low: float, high: float, *, log: bool = False) -> None:
        """The x axis; it never moves by itself."""
        self._set_axes(Axis(float(low), float(high), log), self._contents.y)

    def set_y_range(self, low: float, high: float, *, log: bool = False) -> None:
        """The y axis; it never moves by itself."""
        self._set_axes(self._contents.x, Axis(float(low), float(high), log))

    def _set_axes(self, x: Axis, y: Axis) -> None:
        if (x, y) != (self._contents.x, self._contents.y):
            self._contents.x, self._contents.y = x, y
            self._changed(frame=True)

    def set_title(self, title: str) -> None:
        """The text above the plot."""
        self._contents.title = title
        self.setAccessibleName(title)
        self._changed(frame=True)

    def set_x_caption(self, caption: str) -> None:
        """The text below the x axis."""
        self._contents.x_caption = caption
        self._changed(frame=True)

    @property
    def contents(self) -> Contents:
        """Everything that is shown, to be read."""
        return self._contents

    @property
    def frame(self) -> Frame:
        """Where the axes lie, and the way between pixels and data."""
        if self._frame is None:
            self._frame = draw.placed(self._contents, self.width(), self.height())
        return self._frame

    def values_text(self, x: float) -> str:
        """All curves at x as plain text, e.g. "f 0.84, network 0.72"."""
        return ", ".join(f"{c.label} {scales.number_text(y)}"
                         for c, y in self._contents.readout(x))

    # drawing

    def _changed(self, *, frame: bool = False, beneath: bool = False) -> None:
        self._above = None
        if frame or beneath:
            self._beneath = None
        if frame:
            self._frame = None
        self.update()

    def forget(self) -> None:
        self._changed(frame=True)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.forget()

    def sizeHint(self) -> QSize:
        return QSize(look().px(520), look().px(300))

    def minimumSizeHint(self) -> QSize:
        return QSize(look().px(160), look().px(110))

    def paintEvent(self, _event: QPaintEvent) -> None:
        frame, contents = self.frame, self._contents
        # Painters end with their block: one that an exception left open would crash Qt later.
        if self._beneath is None:
            self._beneath = self.canvas()
            with QPainter(self._beneath) as painter:
                self._paint_beneath(painter, frame)
        if self._above is None:
            self._above = self.canvas()
            with QPainter(self._above) as painter:
                self._paint_above(painter, frame)
        index = self.hovered_piece if contents.highlight is None else contents.highlight
        with QPainter(self) as painter:
            paste(painter, self._beneath)
            if contents.boxes is not None and index is not None and index < len(contents.boxes):
                painter.setClipRect(QRectF(frame.left, frame.top, frame.width, frame.height))
                draw.paint_highlight(painter, contents.boxes, index, frame)
                painter.setClipping(False)
            paste(painter, self._above)
            self._paint_on_top(painter, frame)

    def _paint_beneath(self, painter: QPainter, frame: Frame) -> None:
        contents = self._contents
        draw.paint_title(painter, contents.title, frame, self.width())
        painter.setClipRect(QRectF(frame.left, frame.top, frame.width, frame.height))
        if contents.boxes is not None and contents.boxes.shown:
            draw.paint_boxes(painter, contents.boxes, frame)
        draw.paint_band(painter, contents, frame)
        painter.setClipping(False)
        caption = contents.x_caption
        draw.paint_axes(painter, frame,
                        caption if draw.has_caption(caption, self.height()) else "")

    def _paint_above(self, painter: QPainter, frame: Frame) -> None:
        contents, pad = self._contents, texts.curve_width(1)
        area = QRectF(frame.left, frame.top, frame.width, frame.height)
        painter.setClipRect(area.adjusted(-pad, -pad, pad, pad))
        for curve in contents.curves.values():
            draw.paint_curve(painter, curve, frame)
        painter.setClipping(False)
        for curve, text, rect in texts.curve_labels(contents, frame, self.width()):
            token = "muted" if curve.token == "ghost" else curve.token
            texts.paint_plate(painter, text, token, rect, bold=True)

    def _paint_on_top(self, painter: QPainter, frame: Frame) -> None:
        contents = self._contents
        rects = texts.handle_rects(contents.handles, frame)
        handles = [h for h in contents.handles if frame.x.low <= h.x <= frame.x.high]
        for handle in handles:
            draw.paint_handle_line(painter, handle, frame)
        self._paint_marks(painter, frame, list(rects.values()))
        for handle in handles:
            if handle.key in rects:
                texts.paint_plate(painter, handle.label, handle.token, rects[handle.key],
                                  bold=True)
        for handle in handles:
            active = handle.key in (self.active_handle, self.hovered_handle)
            draw.paint_knob(painter, handle, frame, active=active)
        if self.mode != "drag":
            self.paint_pen(painter)
        elif self.cursor_x is not None and self.hovered_handle is None and not self.is_dragging:
            column = round(float(frame.px(self.cursor_x)))
            painter.setPen(look().tokens.color("ink"))
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
            painter.drawLine(QPointF(column, frame.top), QPointF(column, frame.bottom))
            heading = f"{contents.x_caption} {self.cursor_x:,.4g}".strip().replace("-", "−")
            rows = [(c.token, c.dashed, c.label, scales.number_text(y))
                    for c, y in contents.readout(self.cursor_x)]
            texts.paint_readout(painter, QPointF(column, frame.top + look().px(4)),
                                QRectF(self.rect()), heading, rows, list(rects.values()))
        if self.hasFocus():
            draw_focus_ring(painter, QRectF(self.rect()))

    def _paint_marks(self, painter: QPainter, frame: Frame, taken: list[QRectF]) -> None:
        for mark in self._contents.marks:
            at = QPointF(float(frame.px(mark.x)), float(frame.py(mark.y)))
            if math.isfinite(at.x() + at.y()) and frame.has(at.x(), at.y()):
                rect = texts.free_rect(mark.label, at, taken, frame, look().px(8)) \
                    if mark.label else None
                taken += [rect] if rect is not None else []
                draw.paint_mark(painter, mark, frame, rect)
