"""From a move of the mouse to the repainted window, in the Expressivity tab.

    python -m tests.bench.sides.drag slider|stroke PIECES
"""

from __future__ import annotations

import sys
import time

import numpy as np
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from engine.expressivity.tab_spec import Scene
from gui.stage import Stage
from gui.tabs.expressivity.tab import ExpressivityTab
from gui.widgets.function_plot import FunctionPlot
from tests.bench.sides.outcome import report

MOVES = 60
LEFT = Qt.MouseButton.LeftButton


def stroke_path(plot: FunctionPlot) -> list[QPoint]:
    """A wave across the plot."""
    frame = plot.frame
    return [
        QPointF(
            frame.left + frame.width * (0.1 + 0.8 * share),
            frame.top + frame.height * (0.5 + 0.3 * np.sin(9 * share)),
        ).toPoint()
        for share in np.linspace(0, 1, MOVES)
    ]


def send(widget: QWidget, kind: QEvent.Type, point: QPoint) -> None:
    """The mouse with its left button held, as a drag delivers it."""
    at = QPointF(point)
    button = Qt.MouseButton.NoButton if kind is QEvent.Type.MouseMove else LEFT
    held = Qt.MouseButton.NoButton if kind is QEvent.Type.MouseButtonRelease else LEFT
    event = QMouseEvent(
        kind, at, QPointF(widget.mapToGlobal(point)), button, held, Qt.KeyboardModifier.NoModifier
    )
    QApplication.sendEvent(widget, event)


def main() -> None:
    kind, pieces = sys.argv[1], int(sys.argv[2])
    with Stage() as stage:
        tab = stage.window.show_tab("expressivity")
        assert isinstance(tab, ExpressivityTab)
        store = tab.presenter.store
        spec = tab.presenter.spec
        function = spec.function.replaced(pieces=pieces)
        store.apply(spec.with_function(function).replaced(scene=Scene.FUNCTION), "start")
        stage.rest(4.0)
        slider = tab.forms.function.fields["pieces"].slider  # type: ignore[attr-defined]
        plot = tab.function.plot
        if kind == "stroke":
            QTest.mouseClick(tab.forms.draw, LEFT)
            path = stroke_path(plot)
            send(plot, QEvent.Type.MouseButtonPress, path[0])
            moves = [lambda p=point: send(plot, QEvent.Type.MouseMove, p) for point in path[1:]]
        else:
            top = slider.value()
            slider.setSliderDown(True)
            moves = [lambda v=top - 8 * (k % 12): slider.setSliderPosition(v) for k in range(MOVES)]
        times = []
        for move in moves:
            before = store.spec
            start = time.perf_counter()
            move()
            stage.app.processEvents()
            if store.spec != before:
                times.append(1000 * (time.perf_counter() - start))
            stage.rest(0.008)
        if kind == "stroke":
            send(plot, QEvent.Type.MouseButtonRelease, path[-1])
        else:
            slider.setSliderDown(False)
    report(p50_ms=float(np.median(times)), p95_ms=float(np.percentile(times, 95)),
           moves=len(times))


if __name__ == "__main__":
    main()
