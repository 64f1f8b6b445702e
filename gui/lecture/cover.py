"""What lies over the whole window for a moment, and leaves it as it was."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QWidget

from gui.keys import give_keyboard_back


class Cover(QWidget):
    """A child of the window rather than a window of its own: on a projector nothing moves.

    It takes the keyboard, follows the window's size, and lets no shortcut through.
    """

    #: Why the keyboard comes and goes, as fields want to know it.
    focus_reason = Qt.FocusReason.PopupFocusReason

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._before: QWidget | None = None
        self.hide()

    def first_focus(self) -> QWidget:
        """What gets the keyboard first."""
        return self

    def on_covered(self) -> None:
        """The cover has the window's size now, and is about to be seen; subclasses fill it."""

    def on_resized(self) -> None:
        """The window, and the cover with it, has another size."""

    def cover(self) -> None:
        """Lie above everything."""
        window = self.window()
        self._before = window.focusWidget()
        self.setGeometry(window.rect())
        self.on_covered()
        self.raise_()
        self.show()
        self.first_focus().setFocus(self.focus_reason)
        window.installEventFilter(self)

    def uncover(self) -> bool:
        """Go; the keyboard is where it was. False where there was nothing to take away."""
        if not self.isVisible():
            return False
        self.window().removeEventFilter(self)
        before, self._before = self._before, None
        self.hide()
        give_keyboard_back(before, self.focus_reason)
        return True

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride:
            event.accept()
            return True
        return super().event(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.window() and event.type() == QEvent.Type.Resize:
            self.setGeometry(self.window().rect())
            self.on_resized()
        return super().eventFilter(watched, event)
