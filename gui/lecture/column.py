"""How wide the column on the right is, in which the lesson or the prediction stands."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Signal
from PySide6.QtWidgets import QWidget

from gui.theme import look

WIDTH_PX = 340
#: The projector's type is larger, and the column therefore narrower in ems.
PROJECTOR_WIDTH_PX = 270
#: The views keep the rest of the window, however large the type is.
LARGEST_SHARE = 0.42


class ColumnWidth(QObject):
    """Follows the window; who takes its width from here asks again when the type changes."""

    #: The width in pixels.
    changed = Signal(int)

    def __init__(self, window: QWidget, parent: QWidget) -> None:
        super().__init__(parent)
        self._window = window
        window.installEventFilter(self)

    @property
    def px(self) -> int:
        """The width in pixels."""
        width = look().px(PROJECTOR_WIDTH_PX if look().is_projector else WIDTH_PX)
        return min(width, round(LARGEST_SHARE * self._window.width()))

    def stop(self) -> None:
        """The window closes."""
        self._window.removeEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._window and event.type() == QEvent.Type.Resize:
            self.changed.emit(self.px)
        return super().eventFilter(watched, event)
