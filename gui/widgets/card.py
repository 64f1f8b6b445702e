"""A card: one thing to look at, with its name on top."""

from __future__ import annotations

from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QSpacerItem, QVBoxLayout, QWidget

from gui.theme import look
from gui.widgets.painted import ElidedLabel


class Header(QWidget):
    """The title of a card and the small controls right of it."""

    def __init__(self, title: ElidedLabel) -> None:
        super().__init__()
        self.title = title
        self._others: list[QWidget] = []
        self._yielding: list[QWidget] = []
        self._least = 0
        self.row = QHBoxLayout(self)
        self.row.setContentsMargins(0, 0, 0, 0)
        #: A least height of the header's own would let it be lower than what stands in it.
        self._strut = QSpacerItem(0, 0, QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Minimum)
        self.row.addItem(self._strut)
        self.row.addWidget(title, 1)

    @property
    def is_needed(self) -> bool:
        """Whether there is anything in it."""
        return bool(self.title.text or self._others or self._yielding)

    def add(self, widget: QWidget, *, gives_way: bool) -> None:
        """Put a control at the right end."""
        (self._yielding if gives_way else self._others).append(widget)
        self.row.addWidget(widget)
        self._hold_height()

    def set_strut(self, height: int) -> None:
        """The least height, in pixels."""
        self._least = height
        self._hold_height()

    def _hold_height(self) -> None:
        """What gives way leaves its height behind. Else a card would be lower for being narrower:
        then a view that scrolls finds that it need not, gets wider, and so on for ever.
        """
        height = max([self._least, *(widget.sizeHint().height() for widget in self._yielding)])
        if height != self._strut.sizeHint().height():
            self._strut.changeSize(
                0, height, QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Minimum
            )
            self.row.invalidate()
            self.updateGeometry()

    def event(self, event: QEvent) -> bool:
        if self._yielding and event.type() in (QEvent.Type.Resize, QEvent.Type.LayoutRequest):
            self._give_way()
        return super().event(event)

    def _give_way(self) -> None:
        shown = [widget for widget in self._others if not widget.isHidden()]
        needed = self.title.sizeHint().width() + sum(
            min(widget.sizeHint().width(), widget.maximumWidth()) + self.row.spacing()
            for widget in (*shown, *self._yielding)
        )
        for widget in self._yielding:
            widget.setVisible(needed <= self.width())
        self._hold_height()


class Card(QFrame):
    """A titled frame. Add views to `body`, small controls to the right of the title."""

    def __init__(self, title: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("card")
        self._title = ElidedLabel(title, bold=True)
        self._header = Header(self._title)
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
        self._header.setVisible(self._header.is_needed)

    def add_header_widget(self, widget: QWidget, *, gives_way: bool = False) -> None:
        """Put a small control to the right of the title; one that `gives_way` is hidden where the
        title would be cut for it.
        """
        self._header.add(widget, gives_way=gives_way)
        self._header.setVisible(True)

    def on_look_changed(self) -> None:
        """Take distances from the new look."""
        pad = look().px(12)
        self._column.setContentsMargins(pad, look().px(8), pad, look().px(8))
        self._column.setSpacing(look().px(6))
        self._header.row.setSpacing(look().px(8))
        # Cards side by side begin at the same height, whether or not there is a control on top.
        self._header.set_strut(look().px(28))
        self.body.setSpacing(look().px(6))


class FirmCard(Card):
    """A card that is never lower than its views ask for; its texts are `WrappedLabel`s.

    Layouts would give a card whose height depends on its width what its views like on average.
    """

    def hasHeightForWidth(self) -> bool:
        return False
