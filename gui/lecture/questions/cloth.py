"""A cloth over a view that would give the answer away; whoever hung it takes it down."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from gui.theme import look
from gui.widgets.painted import Painted, line_height, text_width

#: Stripes so far apart, in pixels at normal text.
STRIPE_PX = 14


class Cloth(Painted):
    """Lies on top of all that is in the view, follows its size, and takes the mouse."""

    def __init__(self, view: QWidget) -> None:
        super().__init__(view)
        self._text = self.tr("Hidden until you have predicted")
        self.setAccessibleName(self._text)
        self.setToolTip(self._text)
        self.setMouseTracking(True)
        # Where it is opaque, nothing beneath it needs to be painted, however live.
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        view.installEventFilter(self)
        self.setGeometry(view.rect())
        self.raise_()
        self.show()

    @property
    def view(self) -> QWidget:
        """What lies under it."""
        view = self.parentWidget()
        assert view is not None
        return view

    def take_down(self) -> None:
        """Show what is under it again."""
        self.view.removeEventFilter(self)
        self.hide()
        self.deleteLater()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self.setGeometry(self.view.rect())
        elif event.type() == QEvent.Type.ChildAdded:
            self.raise_()
        return super().eventFilter(watched, event)

    def event(self, event: QEvent) -> bool:
        """The mouse is not for what is under it."""
        if event.type() in (
            QEvent.Type.MouseButtonPress, QEvent.Type.MouseMove, QEvent.Type.MouseButtonRelease,
            QEvent.Type.MouseButtonDblClick,
        ):
            event.accept()
            return True
        return super().event(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        tokens, rect = look().tokens, QRectF(self.rect())
        with QPainter(self) as painter:
            painter.fillRect(rect, tokens.color("surface"))
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(tokens.blend("ghost", 0.35), 1))
            step, height = look().px(STRIPE_PX), rect.height()
            for start in range(-int(height), int(rect.width()), step):
                painter.drawLine(start, int(height), start + int(height), 0)
            font = look().font()
            width, line = text_width(self._text, font), line_height(font)
            if height < line or rect.width() < line:
                return
            room = rect.adjusted(look().px(8), 0, -look().px(8), 0)
            lines = max(1, round(width / max(room.width(), 1) + 0.5))
            if (lines + 1) * line > height:
                return
            plate = QRectF(0, 0, min(width + look().px(24), rect.width()),
                           lines * line + look().px(12))
            plate.moveCenter(rect.center())
            painter.setPen(QPen(tokens.color("line"), 1))
            painter.setBrush(tokens.color("surface"))
            painter.drawRoundedRect(plate, look().px(6), look().px(6))
            painter.setFont(font)
            painter.setPen(tokens.color("muted"))
            painter.drawText(
                plate, int(Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap), self._text
            )


def is_covered(widget: QWidget) -> bool:
    """Whether a cloth hangs over a widget, or over something that it stands in."""
    one: QWidget | None = widget
    while one is not None:
        if any(isinstance(child, Cloth) and child.isVisible() for child in one.children()):
            return True
        one = one.parentWidget()
    return False


class Cloths:
    """All cloths that hang at a time, one over each view."""

    def __init__(self) -> None:
        self._hanging: dict[QWidget, Cloth] = {}

    @property
    def views(self) -> tuple[QWidget, ...]:
        """What is covered."""
        return tuple(self._hanging)

    def cover(self, views: tuple[QWidget, ...]) -> None:
        """Cover these views and no others."""
        for view in [v for v in self._hanging if v not in views]:
            self._hanging.pop(view).take_down()
        for view in views:
            if view not in self._hanging:
                cloth = Cloth(view)
                cloth.destroyed.connect(lambda _=None, v=view: self._hanging.pop(v, None))
                self._hanging[view] = cloth
