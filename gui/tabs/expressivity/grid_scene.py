"""Scene 4 (homework 1c): functions of two variables, and what more of them cost."""

from __future__ import annotations

from pathlib import Path

import msgspec
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout

from engine.errors import ChalknetError
from engine.expressivity.grid_fit import GridFit, fit_grid
from engine.expressivity.grid_spec import GridSpec
from engine.expressivity.tab_spec import ExpressivitySpec, GridPage
from gui.tabs.expressivity import grid_notes
from gui.tabs.expressivity.grid_cost import CostView
from gui.tabs.expressivity.grid_dissection import CellView
from gui.tabs.expressivity.grid_fields_view import FieldsView, at_cursor
from gui.tabs.expressivity.grid_sparsity import SparsityView
from gui.tabs.expressivity.scene import SceneView
from gui.widgets.scene_notes import SceneNotes
from gui.widgets.segmented import SegmentedControl
from gui.widgets.wrapped_label import WrappedLabel

FIELDS, CELL, COST, SPARSITY = GridPage
#: The L² error takes longer than a frame; it follows when the hand has come to rest.
REST_MS = 150


class GridScene(SceneView):
    """Four pages on one grid: what it computes, how, what it costs, and who fills it."""

    def __init__(self, data_dir: Path | None = None) -> None:
        super().__init__()
        self.fit: GridFit | None = None
        self.problem = ""
        self._l2: float | None = None
        self._rest = QTimer(self, interval=REST_MS, singleShot=True)
        self._rest.timeout.connect(self._on_rest)
        self.pages = SegmentedControl([(page.value, self.tr(page.label)) for page in GridPage])
        self.pages.set_help(self.tr("What is looked at: the same grid in each."))
        self.fields, self.cell = FieldsView(), CellView()
        self.cost, self.sparsity = CostView(), SparsityView(data_dir)
        self.views = {
            FIELDS: self.fields, CELL: self.cell, COST: self.cost, SPARSITY: self.sparsity
        }
        self.stack = QStackedWidget()
        for view in self.views.values():
            self.stack.addWidget(view)
        self.trouble = WrappedLabel(role="problem")
        self.trouble.hide()
        self._connect()
        row = QHBoxLayout()
        row.addWidget(self.pages)
        row.addWidget(self.trouble, 1)
        row.addWidget(self.fields.tools)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(row)
        column.addWidget(self.stack, 1)

    def _connect(self) -> None:
        self.pages.chosen.connect(self.set_page)
        for view in (self.fields, self.cell):
            view.grid_edited.connect(self._on_grid_edited)
        self.fields.stroke_started.connect(self.begin_gesture)
        self.cell.point_moved.connect(self.noted)
        self.cost.dimension_pressed.connect(self.begin_gesture)
        self.cost.dimension_dragged.connect(self._on_dimension)
        self.sparsity.advanced.connect(self.noted)

    # --- output ---------------------------------------------------------------------------------

    def show_spec(self, spec: ExpressivitySpec) -> None:
        """Fit where the function or its cells are other ones; a fault leaves the last good fit."""
        super().show_spec(spec)
        try:
            self._fit(spec.grid)
            self.problem = ""
        except ChalknetError as error:
            self.problem = str(error)
        self.trouble.setText(self.problem)
        self.trouble.setVisible(bool(self.problem))
        self.pages.set_current(spec.grid_page.value)
        self._show_page()

    def _fit(self, grid: GridSpec) -> None:
        before = self.fit
        if before is not None:
            looked_at = msgspec.structs.replace(
                before.spec, cell=grid.cell, cursor=grid.cursor
            )
            if looked_at == grid:
                self.fit = at_cursor(before, grid)
                return
        self.fit = fit_grid(grid)
        self._l2 = None
        self._rest.start()

    def _show_page(self) -> None:
        """Only the page that is seen; the others follow when they are turned to."""
        page = self.spec.grid_page
        self.stack.setCurrentWidget(self.views[page])
        self.fields.tools.setVisible(page == FIELDS)
        if page == FIELDS and self.fit is not None:
            self.fields.show_fit(self.fit)
        elif page == CELL and self.fit is not None:
            self.cell.show_fit(self.fit)
        elif page == COST:
            self.cost.show_cost(self.spec.grid.cells, self.spec.sparsity.dimension)
        elif page == SPARSITY:
            self.sparsity.show_spec(self.spec.sparsity)

    @property
    def is_at_rest(self) -> bool:
        is_measuring = self.spec.grid_page == SPARSITY and self.sparsity.is_measuring
        return not (is_measuring or self._rest.isActive())

    def notes(self) -> SceneNotes:
        page = self.spec.grid_page
        if page == COST:
            return grid_notes.cost_notes(self.spec.grid.cells, self.spec.sparsity.dimension)
        if page == SPARSITY:
            return grid_notes.sparsity_notes(self.spec.sparsity, self.sparsity.points)
        if self.fit is None:
            return SceneNotes(self.tr("More dimensions"), self.problem)
        if page == CELL and self.cell.fit is not None:
            return grid_notes.cell_notes(self.fit, self.cell.at)
        return grid_notes.fields_notes(self.fit, self._l2)

    def set_page(self, page: str) -> None:
        """Turn to a page, one of FIELDS, CELL, COST, SPARSITY; that is nothing to undo."""
        self.edited.emit(self.spec.replaced(grid_page=GridPage(page)), "", "")

    # --- input ----------------------------------------------------------------------------------

    def _on_grid_edited(self, grid: GridSpec, text: str) -> None:
        gesture = self.gesture if text else ""
        self.edited.emit(self.spec.replaced(grid=grid), text, gesture)

    def _on_dimension(self, dimension: int) -> None:
        if dimension != self.spec.sparsity.dimension:
            sparsity = self.spec.sparsity.replaced(dimension=dimension)
            self.edited.emit(
                self.spec.replaced(sparsity=sparsity), self.tr("Dimensions d"), self.gesture
            )

    def _on_rest(self) -> None:
        if self.fit is not None:
            self._l2 = self.fit.errors.l2
            self.fields.even_out()
            self.noted.emit()

    def stop(self) -> None:
        self._rest.stop()
        self.sparsity.stop()
