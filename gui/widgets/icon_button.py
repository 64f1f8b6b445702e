"""A small flat button that is only an icon, in the theme's colours."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QEnterEvent, QIcon, QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from gui.theme import look
from gui.widgets.painted import draw_focus_ring

_are_held = False


def hold_icons(on: bool) -> None:
    """Draw blanks instead of icons, until the first frame is on screen.

    The icon fonts take an eighth of a second to load, a fifth of the time to the first frame.
    """
    global _are_held
    _are_held = on


@lru_cache(maxsize=256)
def _rendered(name: str, color: str, side: int, ratio: float) -> QPixmap:
    import qtawesome

    icon: QIcon = qtawesome.icon(name, color=color)
    return icon.pixmap(QSize(side, side), ratio)


def icon_pixmap(widget: QWidget, name: str, token: str, side: int) -> QPixmap:
    """A QtAwesome icon in the colour of a token, `side` pixels wide, sharp on the widget's screen.

    Rendered once for each look, because making an icon costs half a millisecond.
    """
    if _are_held:
        blank = QPixmap(side, side)
        blank.fill(Qt.GlobalColor.transparent)
        return blank
    return _rendered(name, getattr(look().tokens, token), side, widget.devicePixelRatioF())


class IconButton(QAbstractButton):
    """A flat icon of `size` pixels at normal text; `name` is a QtAwesome name."""

    def __init__(
        self, name: str, text: str, parent: QWidget | None = None, *, size: float = 16,
        checkable: bool = False,
    ) -> None:
        super().__init__(parent)
        self._name, self._size = name, size
        self.setCheckable(checkable)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(text)
        self.setToolTip(text)
        look().changed.connect(self.on_look_changed)

    def on_look_changed(self) -> None:
        """Repaint in the new colours and size."""
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        side = look().px(self._size) + look().px(6)
        return QSize(side, side)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def enterEvent(self, event: QEnterEvent) -> None:
        super().enterEvent(event)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        rect = QRectF(self.rect())
        if self.isChecked() or self.underMouse() or self.isDown():
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(look().tokens.color("soft"))
            painter.drawRoundedRect(rect, look().px(4), look().px(4))
        token = "blue" if self.isChecked() else "muted"
        inset = look().px(3)
        side = self.width() - 2 * inset
        if side > 0:  # a button that a layout squeezes while the type grows has no room for it
            painter.drawPixmap(inset, inset, icon_pixmap(self, self._name, token, side))
        if self.hasFocus():
            draw_focus_ring(painter, rect)
