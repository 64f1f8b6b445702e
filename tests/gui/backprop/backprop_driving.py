"""The Backprop tab, driven as a person would: by mouse and keyboard."""

from __future__ import annotations

import numpy as np
from bench import SceneBench
from driving import LEFT, handle_width
from driving import handle as slider_handle
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtWidgets import QAbstractButton, QApplication, QComboBox, QWidget

from engine.backprop.spec import BackpropSpec, Bug
from engine.backprop.trace import Stepper
from gui.tabs.backprop.material import Sample
from gui.tabs.backprop.tab import BackpropTab
from gui.widgets.matrix_map import MatrixMap, Tone

SHIFT = Qt.KeyboardModifier.ShiftModifier


class Bench(SceneBench):
    """The tab in a window of a laptop's size, and hands."""

    def __init__(self, qtbot, size: tuple[int, int] = (1280, 680)) -> None:
        super().__init__(qtbot, BackpropTab, size)
        self.tab.setFocus()
        self.wait_prepared()

    # --- seen -----------------------------------------------------------------------------------

    @property
    def stepper(self) -> Stepper:
        return self.scene.stepper

    @property
    def sample(self) -> Sample:
        return self.tab.material.now.sample

    @property
    def maps(self) -> dict[str, MatrixMap]:
        return self.scene.strip.maps

    def shown(self, name: str) -> np.ndarray | None:
        """The numbers that a map shows, or None where it says that there are none yet."""
        view = self.maps[name]
        return view._matrix.copy() if view.is_there else None

    def framed(self) -> set[str]:
        """The maps that are framed as just written."""
        return {name for name, view in self.maps.items() if view.tone is Tone.CHANGED}

    def visible_texts(self) -> str:
        """All that is to be read in the window, formulas in their plain form included."""
        texts = []
        for widget in self.window.findChildren(QWidget):
            if widget.isVisible():
                text = getattr(widget, "text", "")
                texts += [widget.accessibleName(), text() if callable(text) else text]
        return " ".join(texts)

    # --- done -----------------------------------------------------------------------------------

    def wait_prepared(self) -> None:
        """Until what the spec asks for is there."""
        material = self.tab.material
        self.until(lambda: material.now is not None and not material.is_busy)
        self.settle()

    def wait_set(self) -> None:
        """Until all formulas are set."""
        self.until(lambda: not self.scene.typesetter.is_busy)
        self.settle()

    def look(self, **changes) -> None:
        """Change the spec as undo, lessons and sessions do."""
        store = self.tab.presenter.store
        store.apply(self.spec.replaced(**changes), "", is_undoable=False)
        self.wait_prepared()

    def recipe(self, **changes) -> None:
        recipe: BackpropSpec = self.spec.backprop.replaced(**changes)
        store = self.tab.presenter.store
        store.apply(self.spec.with_backprop(recipe), "", is_undoable=False)
        self.wait_prepared()

    def inject(self, bug: Bug) -> None:
        self.choose(self.tab.forms.recipe.fields["bug"].box, bug.label)
        self.wait_prepared()

    def key(self, key: Qt.Key, modifier=Qt.KeyboardModifier.NoModifier) -> None:
        """A key, for whatever has the focus."""
        self.qtbot.keyClick(QApplication.focusWidget() or self.window, key, modifier)
        self.settle()

    def click(self, widget: QAbstractButton) -> None:
        assert widget.isEnabled()
        assert widget.isVisible()
        self.qtbot.mouseClick(widget, LEFT)
        self.settle()

    def click_cell(self, view: MatrixMap, row: int, column: int) -> None:
        point = view.cell_rect(row, column).center().toPoint()
        self.qtbot.mouseClick(view, LEFT, pos=point)
        self.settle()

    def point_at(self, view: MatrixMap, row: int, column: int) -> tuple[int, int]:
        """Move the mouse there; returns the cell that its pixel belongs to."""
        point = view.cell_rect(row, column).center().toPoint()
        self.qtbot.mouseMove(view, QPoint(0, 0))
        self.qtbot.mouseMove(view, point)
        cell = view.cell_at(point.toPointF())  # before a formula that arrives moves the view
        self.settle()
        return cell

    def choose(self, box: QComboBox, text: str) -> None:
        """Choose an entry of a box in its open list."""
        self.tab.form_panel.ensureWidgetVisible(box)
        self.choose_in_list(box, box.findText(text))

    def drag_handle(self, plot, x: float, moves: int = 5) -> None:
        """Take the plot's only handle and drag it along to x."""
        from gui.widgets.function_plot_text import knob_point

        handle = plot.contents.handles[0]
        start = knob_point(handle, plot.frame).toPoint()
        end = QPointF(float(plot.frame.px(x)), start.y()).toPoint()
        self.qtbot.mouseMove(plot, start)
        self.qtbot.mousePress(plot, LEFT, pos=start)
        for k in range(1, moves + 1):
            self.qtbot.mouseMove(plot, start + (end - start) * k / moves)
        self.qtbot.mouseRelease(plot, LEFT, pos=end)
        self.settle()

    def slide(self, slider, share: float) -> None:
        pad = handle_width(slider) // 2
        place = QPoint(round(pad + share * (slider.width() - 2 * pad)), slider.height() // 2)
        self.qtbot.mousePress(slider, LEFT, pos=slider_handle(slider))
        self.qtbot.mouseMove(slider, place)
        self.qtbot.mouseRelease(slider, LEFT, pos=place)
        self.settle()
