"""What of a view is under a point: a curve, a handle, a unit, a cell, and its value there."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import singledispatch

import numpy as np
from PySide6.QtCore import QCoreApplication, QPointF
from PySide6.QtWidgets import QWidget

from gui.theme import look
from gui.widgets import scales
from gui.widgets.band_plot import BandPlot
from gui.widgets.cell_grid import CellGrid
from gui.widgets.field_map import FieldMap
from gui.widgets.function_plot import FunctionPlot
from gui.widgets.histogram_grid import HistogramGrid
from gui.widgets.live_plot import LivePlot
from gui.widgets.network_diagram import NetworkDiagram

#: So near, in pixels at normal text, a point must be to a curve, and to a line that is dragged.
NEAR_PX, LINE_PX = 14, 6


@dataclass(frozen=True)
class Part:
    """A part of a view. `key` goes behind the view's own, `spot` is where to put a ring.

    `name` and `value` are as the screen has them, and may be empty.
    """

    key: str
    name: str = ""
    value: str = ""
    spot: QPointF | None = None


@singledispatch
def part_at(widget: QWidget, point: QPointF) -> Part | None:  # noqa: ARG001  most have no parts
    """The part of a view at a point of it; None where only the view as a whole is there."""
    return None


def _tr(text: str) -> str:
    return QCoreApplication.translate("Asking", text)


# --- curves ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Hit:
    """How far a curve is, and the index of its nearest point."""

    distance: float
    index: int


def nearest_on(px: np.ndarray, py: np.ndarray, point: QPointF) -> _Hit | None:
    """How far a polyline of pixels (n,) passes from a point; gaps are nan. None without a point."""
    known = np.isfinite(px) & np.isfinite(py)
    if not known.any():
        return None
    dots = np.hypot(px - point.x(), py - point.y())
    index = int(np.nanargmin(np.where(known, dots, np.nan)))
    least = float(dots[index])
    both = known[:-1] & known[1:]
    if both.any():
        ax, ay = px[:-1][both], py[:-1][both]
        dx, dy = px[1:][both] - ax, py[1:][both] - ay
        length = np.maximum(dx**2 + dy**2, 1e-12)
        share = np.clip(((point.x() - ax) * dx + (point.y() - ay) * dy) / length, 0, 1)
        gaps = np.hypot(ax + share * dx - point.x(), ay + share * dy - point.y())
        least = min(least, float(gaps.min()))
    return _Hit(least, index)


def _best(
    found: Iterator[tuple[Part, _Hit | None]], within: float
) -> Part | None:
    """The nearest one; of several on the same pixel the one that is drawn on top, the last."""
    near = [(round(hit.distance), -n, part) for n, (part, hit) in enumerate(found)
            if hit is not None and hit.distance <= within]
    return min(near)[2] if near else None


@part_at.register
def _(widget: LivePlot, point: QPointF) -> Part | None:
    model, place = widget.contents, widget.placement()
    near, line = look().px(NEAR_PX), look().px(LINE_PX)

    def curves(*, faint: bool) -> Iterator[tuple[Part, _Hit | None]]:
        ghosts = [("ghost", series) for series in model.ghosts]
        for key, series in [*model.series.items(), *ghosts]:
            if series.faint != faint or not len(series.x):
                continue
            px = np.asarray(place.px(series.x))  # type: ignore[arg-type]
            py = np.asarray(place.py(model.axis_y(series.y)))  # type: ignore[arg-type]
            hit = nearest_on(px, py, point)
            if hit is not None:
                at = QPointF(float(px[hit.index]), float(py[hit.index]))
                value = _tr("{value} at {caption} {x}").format(
                    value=model.value_text(float(series.y[hit.index])), caption=widget.caption,
                    x=scales.number_text(float(series.x[hit.index])),
                )
                yield Part(key, series.label, value, at), hit

    found = _best(curves(faint=False), near)
    if found is None:
        found = _marker_at(widget, point, line)
    if found is None and (edges := model.band_edges()) is not None and model.band is not None:
        x, low, high = edges
        at = place.x_at(point.x())
        bottom, top = (place.py(float(np.interp(at, x, edge))) for edge in (low, high))
        if x[0] <= at <= x[-1] and top <= point.y() <= bottom:
            found = Part("band", model.band.label)
    return found or _best(curves(faint=True), near)


def _marker_at(widget: LivePlot, point: QPointF, within: float) -> Part | None:
    place = widget.placement()
    near = [(abs(place.px(x) - point.x()), text, x) for x, text in widget.contents.markers]
    if not near or min(near)[0] > within:
        return None
    _, text, x = min(near)
    value = _tr("{value} at {caption} {x}").format(
        value=text, caption=widget.caption, x=scales.number_text(x)
    )
    return Part("marker", text, value, QPointF(place.px(x), point.y()))


@part_at.register
def _(widget: FunctionPlot, point: QPointF) -> Part | None:
    contents, frame = widget.contents, widget.frame
    if not frame.has(point.x(), point.y()):
        return None
    near, line = look().px(NEAR_PX), look().px(LINE_PX)

    def spots() -> Iterator[tuple[Part, _Hit | None]]:
        for handle in contents.handles:
            y = handle.grip if handle.y is None else handle.y
            at = QPointF(float(frame.px(handle.x)), float(frame.py(y)))
            name = handle.text or handle.label
            yield Part(f"handle:{handle.key}", name, handle.label, at), _to(at, point)
        for mark in contents.marks:
            at = QPointF(float(frame.px(mark.x)), float(frame.py(mark.y)))
            value = f"({scales.number_text(mark.x)}, {scales.number_text(mark.y)})"
            yield Part("mark", mark.label, value, at), _to(at, point)

    def curves() -> Iterator[tuple[Part, _Hit | None]]:
        x = frame.x_at(point.x())
        for key, curve in contents.curves.items():
            path_x, path_y = curve.path
            px, py = frame.px(path_x), frame.py(path_y)
            y = float(curve.at(x))
            value = _tr("{value} at {caption} {x}").format(
                value=scales.number_text(y), caption=contents.x_caption,
                x=scales.number_text(x),
            ) if math.isfinite(y) else ""
            at = QPointF(point.x(), float(frame.py(y))) if math.isfinite(y) else None
            yield Part(key, curve.label, value, at), nearest_on(px, py, point)

    found = _best(spots(), near) or _best(curves(), near)
    if found is None:
        for handle in contents.handles:
            if handle.y is None and abs(float(frame.px(handle.x)) - point.x()) <= line:
                return Part(f"handle:{handle.key}", handle.text, handle.label)
    return found or _area_at(widget, point)


def _area_at(widget: FunctionPlot, point: QPointF) -> Part | None:
    """The error's shade or a box, whichever is under the point."""
    contents, frame = widget.contents, widget.frame
    x, y = frame.x_at(point.x()), frame.y_at(point.y())
    edges = contents.band_edges(np.array([x]))
    if edges is not None and edges[0][0] <= y <= edges[1][0]:
        return Part("band")
    boxes = contents.boxes
    index = boxes.index_at(x) if boxes is not None and boxes.shown else None
    if boxes is None or index is None:
        return None
    height = float(boxes.height[index])
    if not min(height, 0.0) <= y <= max(height, 0.0):
        return None
    return Part("boxes", value=_tr("box {number}: h = {height}").format(
        number=index + 1, height=scales.number_text(height)
    ))


@part_at.register
def _(widget: BandPlot, point: QPointF) -> Part | None:
    def curves() -> Iterator[tuple[Part, _Hit | None]]:
        for series in widget.series:
            for key, values in (("measured", series.measured), ("theory", series.theory)):
                if not len(values):
                    continue
                px, py = widget.places(values)
                hit = nearest_on(px, py, point)
                if hit is not None:
                    value = _tr("{label}: {value} at {caption} {x}").format(
                        label=series.label, value=scales.number_text(float(values[hit.index])),
                        caption=widget.caption, x=f"{widget.positions[hit.index]:g}",
                    )
                    at = QPointF(float(px[hit.index]), float(py[hit.index]))
                    yield Part(key, series.label, value, at), hit

    return _best(curves(), look().px(NEAR_PX))


def _to(at: QPointF, point: QPointF) -> _Hit | None:
    distance = math.hypot(at.x() - point.x(), at.y() - point.y())
    return _Hit(distance, 0) if math.isfinite(distance) else None


# --- units and cells ------------------------------------------------------------------------------


@part_at.register
def _(widget: NetworkDiagram, point: QPointF) -> Part | None:
    label = next((one for one in widget.labels() if one.rect.contains(point)), None)
    if label is not None:
        return Part("number", value=label.text, spot=None)
    unit = widget.unit_at(point)
    return None if unit is None else Part("unit", value=widget.unit_text(unit))


@part_at.register
def _(widget: HistogramGrid, point: QPointF) -> Part | None:
    panel = widget.panel_at(point)
    if panel is None:
        return None
    row, column = panel
    return Part("panel", value=_tr("{scheme}, layer {layer}").format(
        scheme=widget.rows[row].label, layer=widget.columns[column]
    ))


@part_at.register
def _(widget: CellGrid, point: QPointF) -> Part | None:
    cell = widget.cell_at(point)
    text = widget.cell_text(*cell) if cell is not None else ""
    return Part("cell", value=text) if text else None


@part_at.register
def _(widget: FieldMap, point: QPointF) -> Part | None:
    frame = widget.frame
    if not frame.has(point.x(), point.y()):
        return None
    x, y = frame.x_at(point.x()), frame.y_at(point.y())
    return Part("cell", value=widget.text_at(x, y), spot=point)
