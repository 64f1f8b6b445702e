"""Scene 4, first page: target, network and error as maps, two sections through them, a brush."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from engine.expressivity.grid_fit import GridFields, GridFit
from engine.expressivity.grid_spec import GridSpec
from engine.expressivity.grid_targets import GridFunction
from gui.tabs.expressivity.grid_brush import RADIUS, TargetBrush
from gui.tabs.expressivity.grid_sections import Sections
from gui.theme import look
from gui.widgets.card import Card
from gui.widgets.chip import chip
from gui.widgets.field_map import FieldMap
from gui.widgets.painted import ElidedLabel
from gui.widgets.surface_view import SurfaceView

#: Raster points along each axis, about; a whole number of them in every cell.
RASTER = 240


def raster_of(cells: int) -> int:
    """Raster points along an axis, so that the edges of cells fall between two of them."""
    return cells * max(2, round(RASTER / cells))


class FieldsView(QWidget):
    """Three maps with one cursor, and below them the sections through it or the surfaces.

    A press or a drag on a map puts the cursor there, and a press dissects the cell. The mouse that
    merely passes over reads the values. `tools` are its chips, for the strip above the views.
    """

    #: Another grid, and what was done; no text for what is only looked at.
    grid_edited = Signal(object, str)
    stroke_started = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.fit: GridFit | None = None
        self._function: GridFunction | None = None
        self._range = (0.0, 0.0)
        self._limit, self._reach = 1.0, 0.0
        self._is_passing = False
        self._make_maps()
        self._make_below()
        self._make_tools()
        self._lay_out()
        look().changed.connect(self.on_look_changed)

    def _make_maps(self) -> None:
        # The titles stand above the maps: beside the readout there is no room on the projector.
        self.target, self.network, self.error = self.maps = (
            FieldMap(" "), FieldMap(" "), FieldMap(" ")
        )
        self.titles = (self.tr("Target f"), self.tr("Network"), self.tr("Error: network − f"))
        for one, title in zip(self.maps, self.titles, strict=True):
            one.setAccessibleName(title)
            one.installEventFilter(self)
            one.cursor_moved.connect(self._on_cursor)
            one.cell_chosen.connect(self._on_cell)
        self.target.stroke_started.connect(self._on_stroke_started)
        self.target.stroke_moved.connect(self._on_stroke_moved)

    def _make_below(self) -> None:
        self.sections = Sections()
        self.sections.dragged.connect(self._on_dragged)
        self.sections.read.connect(self._on_read)
        self.surfaces = (SurfaceView(self.tr("Target f")), SurfaceView(self.tr("Network")))
        for one, other in (self.surfaces, self.surfaces[::-1]):
            one.view_changed.connect(other.set_view)

    def _make_tools(self) -> None:
        self.brushes = TargetBrush()
        self.brushes.hide()
        self.paint = chip(
            self.tr("Paint"), self.tr("Paint the target with the mouse, from what it is now."),
            checkable=True,
        )
        self.paint.toggled.connect(self._on_paint)
        self.surface = chip(
            self.tr("3-D"), self.tr("Target and network as surfaces; drag one to turn both."),
            checkable=True,
        )
        self.surface.toggled.connect(self._on_surface)
        for button in (self.paint, self.surface):
            button.setAccessibleName(button.text())
        self.tools = QWidget()
        row = QHBoxLayout(self.tools)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.paint)
        row.addWidget(self.surface)


    def _lay_out(self) -> None:
        maps, below = Card(), Card()
        self.row = QHBoxLayout()
        self.row.setSpacing(0)
        for one, title in zip(self.maps, self.titles, strict=True):
            column = QVBoxLayout()
            column.setSpacing(0)
            column.addWidget(ElidedLabel(title, bold=True))
            column.addWidget(one, 1)
            self.row.addLayout(column, 1)
        maps.body.addWidget(self.brushes)
        maps.body.addLayout(self.row, 1)
        self.below = QStackedWidget()
        self.below.addWidget(self.sections)
        page = QWidget()
        across = QHBoxLayout(page)
        across.setContentsMargins(0, 0, 0, 0)
        for view in self.surfaces:
            across.addWidget(view, 1)
        self.below.addWidget(page)
        below.body.addWidget(self.below)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addWidget(maps, 3)
        column.addWidget(below, 2)

    # --- output ---------------------------------------------------------------------------------

    def show_fit(self, fit: GridFit) -> None:
        """Show a fit; where only cell or cursor differ from the last one, only these move."""
        is_other = self.fit is None or fit.network is not self.fit.network
        self.fit = fit
        if is_other:
            self._show_fields(fit)
        for one in self.maps:
            one.set_chosen(fit.spec.shown_cell)
        self._show_cursor()
        self.sections.show_fit(fit, self._range)

    def _show_fields(self, fit: GridFit) -> None:
        cells = fit.spec.cells
        if fit.spec.half_width != self._reach:
            self._show_reach(fit.spec.half_width)
        fields = fit.fields(raster_of(cells))
        self._follow_range(fit, fields)
        off = max(fit.errors.sup, 1e-9 * self._limit)
        for one, values, limit in (
            (self.target, fields.target, self._limit), (self.network, fields.network, self._limit),
            (self.error, fields.error, off),
        ):
            one.set_limits((-limit, limit))
            one.set_cells(cells, cells)
            one.set_field(values.T)
        self._fields = fields
        if self.surface.isChecked():
            self._show_surfaces()

    def _follow_range(self, fit: GridFit, fields: GridFields) -> None:
        """What the target's scale must hold. It only grows while the target is the same one.

        Otherwise every k would bring another scale, as the raster meets other points of f.
        """
        low, high = _range_of(fields)
        if fit.function is self._function:
            low, high = min(low, self._range[0]), max(high, self._range[1])
        self._function, self._range = fit.function, (low, high)
        self._limit = max(-low, high) or 1.0

    def _show_reach(self, reach: float) -> None:
        """Other axes; setting the brush would end a stroke, so only then."""
        self._reach = reach
        for one in self.maps:
            one.set_ranges((-reach, reach), (-reach, reach))
        if self.paint.isChecked():
            self.target.set_brush(RADIUS * reach)

    def _show_surfaces(self) -> None:
        for view, values in zip(
            self.surfaces, (self._fields.target, self._fields.network), strict=True
        ):
            view.set_limits((-self._limit, self._limit))
            view.set_field(values.T)

    def _show_cursor(self) -> None:
        if self.fit is not None and not self._is_passing:
            for one in self.maps:
                one.set_cursor(*self.fit.spec.cursor_at)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.on_look_changed()

    def on_look_changed(self) -> None:
        """Even the maps out when they have their new sizes."""
        QTimer.singleShot(0, self, self.even_out)

    def even_out(self) -> None:
        """Squares of one size, though one colour bar has longer numbers than another."""
        sides = [one.frame.width for one in self.maps]
        if max(sides) - min(sides) > 1:
            beside = [one.width() - side for one, side in zip(self.maps, sides, strict=True)]
            even = sum(sides) / len(sides)
            for index, wide in enumerate(beside):
                self.row.setStretch(index, max(round(wide + even), 1))

    # --- input ----------------------------------------------------------------------------------

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Tell the mouse that passes over a map from the one that is pressed, and from keys."""
        if watched in self.maps:
            kind = event.type()
            if isinstance(event, QMouseEvent):
                self._is_passing = (
                    kind == QEvent.Type.MouseMove
                    and not event.buttons() & Qt.MouseButton.LeftButton
                )
            elif kind == QEvent.Type.KeyPress:
                self._is_passing = False
            elif kind == QEvent.Type.Leave:
                self._is_passing = True
        return super().eventFilter(watched, event)

    def _on_cursor(self, x: float, y: float) -> None:
        is_gone = math.isnan(x)
        if self._is_passing and not is_gone:
            for one in self.maps:
                one.set_cursor(x, y)
        elif is_gone or self.fit is None:
            self._is_passing = False
            self._show_cursor()
        elif not self.paint.isChecked() or self.sender() is not self.target:
            self.grid_edited.emit(self.fit.spec.with_cursor_at(x, y), "")

    def _on_cell(self, i: int, j: int) -> None:
        sender = self.sender()
        assert isinstance(sender, FieldMap)
        assert self.fit is not None
        point = sender.cursor_point
        grid = self.fit.spec.replaced(cell=(i, j))
        self.grid_edited.emit(grid if point is None else grid.with_cursor_at(*point), "")

    def _on_dragged(self, axis: int, at: float) -> None:
        assert self.fit is not None
        x, y = self.fit.spec.cursor_at
        point = (at, y) if axis == 0 else (x, at)
        self.grid_edited.emit(self.fit.spec.with_cursor_at(*point), "")

    def _on_read(self, axis: int, at: float) -> None:
        """Reading a section shows on the maps where it is read."""
        if self.fit is None:
            return
        x, y = self.fit.spec.cursor_at
        if not math.isnan(at):
            x, y = (at, y) if axis == 0 else (x, at)
        for one in self.maps:
            one.set_cursor(x, y)

    def _on_paint(self, on: bool) -> None:
        self.brushes.setVisible(on)
        reach = self.fit.spec.half_width if self.fit is not None else 1.0
        self.target.set_brush(RADIUS * reach if on else 0.0)

    def _on_surface(self, on: bool) -> None:
        if on and self.fit is not None:
            self._show_surfaces()
        self.below.setCurrentIndex(int(on))

    def _on_stroke_started(self) -> None:
        assert self.fit is not None
        self.brushes.begin(self.fit, self._limit)
        self.stroke_started.emit()

    def _on_stroke_moved(self, points: np.ndarray) -> None:
        assert self.fit is not None
        grid = self.brushes.painted(self.fit.spec, points)
        self.grid_edited.emit(grid, self.tr("Paint the target"))


def at_cursor(fit: GridFit, grid: GridSpec) -> GridFit:
    """The same fit with another cell or cursor to look at."""
    return replace(fit, spec=grid)


def _range_of(fields: GridFields) -> tuple[float, float]:
    """Least and greatest value of target and network."""
    both = fields.target, fields.network
    return min(float(v.min()) for v in both), max(float(v.max()) for v in both)
