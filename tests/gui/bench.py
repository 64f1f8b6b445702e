"""A tab of scenes by itself, driven as a person would: what its tests have in common."""

from __future__ import annotations

from typing import Any

from driving import LEFT
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QUndoStack
from PySide6.QtWidgets import QApplication, QComboBox, QLineEdit, QVBoxLayout, QWidget

from gui.keys import leave_keyboard
from gui.settings import Settings

Key = Qt.Key


class SceneBench:
    """A tab of `kind` in a window of a laptop's size, and hands."""

    def __init__(self, qtbot, kind: type[Any], size: tuple[int, int] = (1280, 680)) -> None:
        self.qtbot = qtbot
        self.window = QWidget()
        # As in the main window it dies with its parent: where the garbage collector finds it with
        # its commands, both delete them.
        self.tab = kind(QUndoStack(self.window), Settings(), None)
        column = QVBoxLayout(self.window)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.tab)
        leave_keyboard(self.window)
        self.window.resize(*size)
        self.window.show()
        self.window.activateWindow()
        qtbot.waitActive(self.window).__enter__()
        self.is_open = True

    def close(self) -> None:
        if self.is_open:
            self.is_open = False
            self.tab.stop()
            self.window.close()
            self.window.deleteLater()

    # --- seen -----------------------------------------------------------------------------------

    @property
    def spec(self) -> Any:
        return self.tab.presenter.spec

    @property
    def scene(self) -> Any:
        return self.tab.scenes[self.spec.scene]

    @property
    def notes(self) -> dict[str, str]:
        """The large numbers, by their names."""
        rows = self.tab.notes.rows
        return {name.text: value.text() for name, value in rows if not value.isHidden()}

    @property
    def callout(self) -> str:
        return self.tab.callout.text() if self.tab.callout.isVisible() else ""

    @property
    def status(self) -> str:
        return self.tab.transport.status.text

    # --- done -----------------------------------------------------------------------------------

    def until(self, condition, timeout_s: float = 15.0) -> None:
        self.qtbot.waitUntil(condition, timeout=round(1000 * timeout_s))

    @staticmethod
    def settle() -> None:
        """Let the layout come to rest and everything be painted."""
        QApplication.processEvents()

    def open(self, scene) -> None:
        self.qtbot.mouseClick(self.tab.pages.buttons[scene.value], LEFT)
        assert self.spec.scene is scene
        self.settle()

    def leave(self, widget: QWidget) -> None:
        """The mouse goes elsewhere."""
        QApplication.sendEvent(widget, QEvent(QEvent.Type.Leave))
        self.settle()

    def type_text(self, edit: QLineEdit, text: str) -> None:
        """Type into a line edit, in place of what it has, and Enter."""
        edit.setFocus(Qt.FocusReason.TabFocusReason)
        edit.selectAll()
        if text:
            self.qtbot.keyClicks(edit, text)
        else:
            self.qtbot.keyClick(edit, Key.Key_Delete)
        self.qtbot.keyClick(edit, Key.Key_Return)
        self.settle()

    def choose_in_list(self, box: QComboBox, index: int) -> None:
        """Choose an entry of a box in its open list."""
        assert index >= 0, [box.itemText(i) for i in range(box.count())]
        box.showPopup()
        self.until(box.view().isVisible)
        box.view().setCurrentIndex(box.model().index(index, box.modelColumn()))
        self.qtbot.keyClick(box.view(), Key.Key_Return)
        self.until(lambda: not box.view().isVisible())
        self.settle()
        self.window.activateWindow()
        self.until(self.window.isActiveWindow)
