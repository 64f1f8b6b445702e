"""A whole window with its lecture layer, on any tab, without torch: quick to open, and hands."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from gui.main_window import MainWindow
from gui.settings import Settings

Key = Qt.Key
LEFT, RIGHT = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton
PLAIN = Qt.KeyboardModifier.NoModifier
CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


class Theatre:
    """Everything is done with the window by mouse and keyboard, and seen on its widgets."""

    def __init__(self, qtbot, tab: str = "expressivity", size: tuple[int, int] = (1280, 720)):
        self.qtbot = qtbot
        Settings().set_tab(tab)
        self.window = MainWindow()
        self.window.restore_settings()
        self.window.resize(*size)
        self.window.show()
        self.window.activateWindow()
        qtbot.waitActive(self.window).__enter__()
        self.until(lambda: self.window.lecture is not None)
        self.is_open = True

    # --- seen -----------------------------------------------------------------------------------

    @property
    def lecture(self):
        return self.window.lecture

    @property
    def tab(self):
        return self.window.tab(self.window.tab_key)

    @property
    def spec(self):
        return self.tab.store.spec

    @property
    def overlay(self):
        return self.lecture.annotation.overlay

    def looks(self):
        """The window's picture."""
        return self.window.grab().toImage()

    # --- done -----------------------------------------------------------------------------------

    def until(self, condition, timeout_s: float = 15.0) -> None:
        self.qtbot.waitUntil(condition, timeout=round(1000 * timeout_s))

    @staticmethod
    def settle() -> None:
        """Let the layout come to rest and everything be painted."""
        QApplication.processEvents()
        QApplication.processEvents()

    def press(self, key, modifier=PLAIN) -> None:
        """A key, by the way that it comes from the system."""
        QTest.keyClick(self.window.windowHandle(), key, modifier)
        self.settle()

    def type(self, text: str) -> None:
        for letter in text:
            QTest.keyClick(self.window.windowHandle(), letter)
        self.settle()

    def focus(self, widget: QWidget) -> None:
        widget.setFocus(Qt.FocusReason.TabFocusReason)
        self.until(widget.hasFocus)

    def move(self, *places: tuple[int, int]) -> None:
        """The mouse, over the window, by the way that it comes from the system."""
        for place in places:
            QTest.mouseMove(self.window.windowHandle(), QPoint(*place))
            QApplication.processEvents()

    def draw(self, *places: tuple[int, int], button=LEFT) -> None:
        """One stroke with the mouse, whatever lies below."""
        handle = self.window.windowHandle()
        QTest.mousePress(handle, button, PLAIN, QPoint(*places[0]))
        for place in places[1:]:
            QTest.mouseMove(handle, QPoint(*place))
        QTest.mouseRelease(handle, button, PLAIN, QPoint(*places[-1]))
        self.settle()

    def close(self) -> None:
        if self.is_open:
            self.is_open = False
            self.window.close()
