"""The Backprop tab, driven as a person would: by mouse and keyboard."""

from __future__ import annotations

from typing import Any

import numpy as np
from driving import handle as slider_handle
from driving import handle_width
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QUndoStack
from PySide6.QtWidgets import QAbstractButton, QApplication, QComboBox, QVBoxLayout, QWidget

from engine.backprop.spec import BackpropSpec, Bug
from engine.backprop.tab_spec import BackpropTabSpec, Scene
from engine.backprop.trace import Stepper
from gui.keys import leave_keyboard
from gui.settings import Settings
from gui.tabs.backprop.material import Sample
from gui.tabs.backprop.tab import BackpropTab
from gui.widgets.matrix_map import MatrixMap, Tone

LEFT = Qt.MouseButton.LeftButton
Key = Qt.Key
SHIFT = Qt.KeyboardModifier.ShiftModifier


class Bench:
    """The tab in a window of a laptop's size, and hands."""

    def __init__(self, qtbot, size: tuple[int, int] = (1280, 680)) -> None:
        self.qtbot = qtbot
        self.tab = BackpropTab(QUndoStack(), Settings(), None)
        self.window = QWidget()
        column = QVBoxLayout(self.window)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.tab)
        leave_keyboard(self.window)
        self.window.resize(*size)
        self.window.show()
        self.window.activateWindow()
        qtbot.waitActive(self.window).__enter__()
        self.tab.setFocus()
        self.is_open = True
        self.wait_prepared()

    def close(self) -> None:
        if self.is_open:
            self.is_open = False
            self.tab.stop()
            self.window.close()
            self.window.deleteLater()

    # --- seen -----------------------------------------------------------------------------------

    @property
    def spec(self) -> BackpropTabSpec:
        return self.tab.presenter.spec

    @property
    def scene(self) -> Any:
        return self.tab.scenes[self.spec.scene]

    @property
    def stepper(self) -> Stepper:
        return self.scene.stepper

    @property
    def sample(self) -> Sample:
        return self.tab.material.now.sample

    @property
    def maps(self) -> dict[str, MatrixMap]:
        return self.scene.strip.maps

    @property
    def status(self) -> str:
        return self.tab.transport.status.text

    @property
    def callout(self) -> str:
        return self.tab.callout.text() if self.tab.callout.isVisible() else ""

    @property
    def notes(self) -> dict[str, str]:
        """The large numbers, by their names."""
        rows = self.tab.notes.rows
        return {name.text: value.text() for name, value in rows if not value.isHidden()}

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

    def until(self, condition, timeout_s: float = 15.0) -> None:
        self.qtbot.waitUntil(condition, timeout=round(1000 * timeout_s))

    def wait_prepared(self) -> None:
        """Until what the spec asks for is there."""
        material = self.tab.material
        self.until(lambda: material.now is not None and not material.is_busy)
        self.settle()

    def wait_set(self) -> None:
        """Until all formulas are set."""
        self.until(lambda: not self.scene.typesetter.is_busy)
        self.settle()

    @staticmethod
    def settle() -> None:
        """Let the layout come to rest and everything be painted."""
        QApplication.processEvents()

    def open(self, scene: Scene) -> None:
        self.qtbot.mouseClick(self.tab.pages.buttons[scene.value], LEFT)
        assert self.spec.scene is scene
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
        self.settle()
        return view.cell_at(point.toPointF())

    def leave(self, widget: QWidget) -> None:
        QApplication.sendEvent(widget, QEvent(QEvent.Type.Leave))
        self.settle()

    def type_into(self, edit, text: str) -> None:
        """Type into a line edit, and Enter."""
        edit.setFocus(Qt.FocusReason.TabFocusReason)
        edit.selectAll()
        self.qtbot.keyClicks(edit, text)
        self.qtbot.keyClick(edit, Key.Key_Return)
        self.settle()

    def choose(self, box: QComboBox, text: str) -> None:
        """Choose an entry of a box in its open list."""
        index = box.findText(text)
        assert index >= 0, [box.itemText(i) for i in range(box.count())]
        self.tab.form_panel.ensureWidgetVisible(box)
        box.showPopup()
        self.until(box.view().isVisible)
        box.view().setCurrentIndex(box.model().index(index, box.modelColumn()))
        self.qtbot.keyClick(box.view(), Key.Key_Return)
        self.until(lambda: not box.view().isVisible())
        self.settle()
        self.window.activateWindow()
        self.until(self.window.isActiveWindow)

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
