"""A group of controls under a heading that folds it away."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QIcon, QKeyEvent
from PySide6.QtWidgets import QSizePolicy, QToolButton, QVBoxLayout, QWidget

from gui.theme import look
from gui.widgets.icon_button import icon_pixmap


class _Heading(QToolButton):
    """Besides Space and Enter, Left folds and Right unfolds, as in a tree."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            self.setChecked(event.key() == Qt.Key.Key_Right)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.toggle()
        else:
            super().keyPressEvent(event)


class CollapsibleGroup(QWidget):
    """A heading and a content widget; whoever uses it remembers whether it is open."""

    toggled = Signal(bool)

    def __init__(
        self, title: str, content: QWidget | None = None, parent: QWidget | None = None, *,
        expanded: bool = True,
    ) -> None:
        super().__init__(parent)
        self.heading = _Heading()
        self.heading.setProperty("role", "group")
        self.heading.setCheckable(True)
        self.heading.setChecked(expanded)
        self.heading.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.heading.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.heading.toggled.connect(self._on_toggled)
        self._content: QWidget | None = None
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addWidget(self.heading)
        self.set_title(title)
        if content is not None:
            self.set_content(content)
        look().changed.connect(self.on_look_changed)
        self.on_look_changed()

    def set_title(self, title: str) -> None:
        """The text of the heading, shown in capitals."""
        self.heading.setText(title.upper())
        self.heading.setToolTip(self.tr("Fold or unfold {title}.").format(title=title))
        self.heading.setAccessibleName(title)

    def set_content(self, content: QWidget) -> None:
        """Put a widget under the heading, in place of the one before."""
        if self._content is not None:
            self._column.removeWidget(self._content)
            self._content.deleteLater()
        self._content = content
        self._column.addWidget(content)
        content.setVisible(self.is_expanded)

    @property
    def content(self) -> QWidget | None:
        """The widget under the heading."""
        return self._content

    @property
    def is_expanded(self) -> bool:
        """Whether the content is to be seen."""
        return self.heading.isChecked()

    def set_expanded(self, on: bool) -> None:
        """Fold or unfold."""
        self.heading.setChecked(on)

    def on_look_changed(self) -> None:
        """Take distances and the arrow from the new look."""
        self._column.setSpacing(look().px(4))
        self._show_arrow()

    def _show_arrow(self) -> None:
        name = "mdi6.chevron-down" if self.is_expanded else "mdi6.chevron-right"
        side = look().px(16)
        self.heading.setIconSize(QSize(side, side))
        self.heading.setIcon(QIcon(icon_pixmap(self, name, "muted", side)))

    def _on_toggled(self, on: bool) -> None:
        self._show_arrow()
        if self._content is not None:
            self._content.setVisible(on)
        self.toggled.emit(on)
