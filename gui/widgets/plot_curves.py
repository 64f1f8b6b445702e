"""The curves of a live plot: pyqtgraph's items with the pens and point counts that stay fast."""

from __future__ import annotations

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPen, QWheelEvent
from PySide6.QtWidgets import QWidget

from gui.widgets import scales
from gui.widgets.plot_layers import DASHES, curve_color, curve_width
from gui.widgets.plot_model import PlotModel, Series

#: Longer curves lose antialiasing: at 2 px, 300 noisy points cost 5 ms with it, 0.7 ms without.
LONGEST_SMOOTH_CURVE = 150
FEWEST_COLUMNS = 64
#: What somebody drew is so many times as thick, with round ends, as by chalk.
BY_HAND = 1.75


class Canvas(pg.PlotWidget):  # type: ignore[misc]
    """A PlotWidget without pan, zoom and menu, whose wheel scrolls the page."""

    hovered = Signal(float)
    left = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, enableMenu=False)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setMouseEnabled(x=False, y=False)
        self.hideButtons()
        self.hideAxis("left")
        self.hideAxis("bottom")
        self.getViewBox().disableAutoRange()
        self.getViewBox().setDefaultPadding(0)

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        event.ignore()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        event.ignore()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self.hovered.emit(event.position().x())

    def leaveEvent(self, _event: QEvent) -> None:
        self.left.emit()


class Curves:
    """One pyqtgraph curve for each series of a model."""

    def __init__(self, canvas: Canvas, model: PlotModel) -> None:
        self._item = canvas.getPlotItem()
        self._model = model
        self._curves: dict[Series, pg.PlotCurveItem] = {}
        self.columns = FEWEST_COLUMNS

    def add(self, series: Series) -> None:
        """Make the curve of a series; faint ones lie behind ghosts, ghosts behind the rest."""
        curve = pg.PlotCurveItem(connect="finite", clickable=False)
        curve.setZValue(0 if series.faint else 1 if series.token == "ghost" else 2)
        self._curves[series] = curve
        self._item.addItem(curve, ignoreBounds=True)
        self.style(series)
        self.draw(series)

    def remove(self, series: Series) -> None:
        """Take the curve of a series away."""
        self._item.removeItem(self._curves.pop(series))

    def redraw(self, *, restyle: bool = False) -> None:
        """Draw all curves anew, for another range, width or look."""
        for series in self._curves:
            if restyle:
                self.style(series)
            self.draw(series)

    def draw(self, series: Series) -> None:
        """Hand a series to its curve, with no more points than the plot has columns for."""
        x, y = series.x, self._model.axis_y(series.y)
        x, y = scales.decimated(x, y, *self._model.x_range, self.columns)
        if not np.isfinite(y).any():
            x, y = x[:0], y[:0]
        smooth = series.faint or len(x) <= LONGEST_SMOOTH_CURVE
        self._curves[series].setData(x, y, antialias=smooth)

    def style(self, series: Series) -> None:
        """Give a curve its pen for this theme; opaque, because alpha costs ten times more."""
        width = 1.0 if series.faint else curve_width() * (BY_HAND if series.by_hand else 1)
        pen = QPen(curve_color(series), width)
        pen.setCosmetic(True)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        if series.dashed:
            if not series.by_hand:
                pen.setCapStyle(Qt.PenCapStyle.FlatCap)
            pen.setDashPattern(DASHES)
        self._curves[series].setPen(pen)
