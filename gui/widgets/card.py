"""A card: one thing to look at, with its name on top."""

from __future__ import annotations

from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QSpacerItem, QVBoxLayout, QWidget

from gui.theme import look
from gui.widgets.painted import ElidedLabel


class Card(QFrame):
    """A titled frame. Add views to `body`, small controls to the right of the title."""

    def __init__(self, title: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("card")
        self._title = ElidedLabel(title, bold=True)
        self._header = QWidget()
        self._row = QHBoxLayout(self._header)
        self._row.setContentsMargins(0, 0, 0, 0)
        #: A least height of the header's own would let it be lower than what stands in it.
        self._strut = QSpacerItem(0, 0, QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Minimum)
        self._row.addItem(self._strut)
        self._row.addWidget(self._title, 1)
        self._column = QVBoxLayout(self)
        self._column.addWidget(self._header)
        self.body = QVBoxLayout()
        self._column.addLayout(self.body, 1)
        look().changed.connect(self.on_look_changed)
        self.on_look_changed()
        self.set_title(title)

    @property
    def title(self) -> str:
        """The text on top."""
        return self._title.text

    def set_title(self, title: str) -> None:
        """Change the text on top."""
        self._title.set_text(title)
        self.setAccessibleName(title)
        self._header.setVisible(bool(title) or self._row.count() > 2)

    def add_header_widget(self, widget: QWidget) -> None:
        """Put a small control to the right of the title."""
        self._row.addWidget(widget)
        self._header.setVisible(True)

    def on_look_changed(self) -> None:
        """Take distances from the new look."""
        pad = look().px(12)
        self._column.setContentsMargins(pad, look().px(8), pad, look().px(8))
        self._column.setSpacing(look().px(6))
        self._row.setSpacing(look().px(8))
        # Cards side by side begin at the same height, whether or not there is a control on top.
        self._strut.changeSize(
            0, look().px(28), QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Minimum
        )
        self._row.invalidate()
        self._header.updateGeometry()
        self.body.setSpacing(look().px(6))


class FirmCard(Card):
    """A card that is never lower than its views ask for; its texts are `WrappedLabel`s.

    Layouts would give a card whose height depends on its width what its views like on average.
    """

    def hasHeightForWidth(self) -> bool:
        return False
